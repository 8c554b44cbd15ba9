/**
 * Who is who: users of a scenario are populations and numbers, those of a server 16 bytes. Each
 * generator knows its own; it is told the others before the run.
 *
 * <p>{@link io.breakwater.loadtest.surge.fleet.who.UserFile} is how they are handed on, {@link
 * io.breakwater.loadtest.surge.fleet.who.Roster} all of them.
 */
@NullMarked
package io.breakwater.loadtest.surge.fleet.who;

import org.jspecify.annotations.NullMarked;
