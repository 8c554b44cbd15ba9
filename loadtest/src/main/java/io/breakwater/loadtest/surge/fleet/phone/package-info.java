/**
 * What one virtual phone does, without sockets, threads or timers of its own: the protocol of
 * docs/protocol.md, some hundred bytes a phone, on a clock that is handed in. Confined to one loop.
 *
 * <p>{@link io.breakwater.loadtest.surge.fleet.phone.Phone} is a device that has an account, {@link
 * io.breakwater.loadtest.surge.fleet.phone.Applicant} one that wants one; they share a {@link
 * io.breakwater.loadtest.surge.fleet.phone.World}.
 *
 * <p><b>Obedient</b> phones do all that docs/protocol.md asks for. <b>Impatient</b> ones come back
 * a second after a connection was refused or lost, send again a second after a message was refused
 * or when it had no answer for a second, whatever they were told, and so with look-ups; who is told
 * its place in line waits there. They keep to what correctness depends on: client ids, order,
 * {@code prev}, {@code retry}, and the window.
 */
@NullMarked
package io.breakwater.loadtest.surge.fleet.phone;

import org.jspecify.annotations.NullMarked;
