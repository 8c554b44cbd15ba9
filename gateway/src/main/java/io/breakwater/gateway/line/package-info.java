/**
 * The waiting room: sign-ups that cannot go on now wait on their sockets, in the order in which
 * they came, and are told their place. Pure.
 *
 * <p>The way in is {@link io.breakwater.gateway.line.WaitingRoom}: one for a gateway, with a {@link
 * io.breakwater.gateway.line.Line} for each event loop. {@link
 * io.breakwater.gateway.line.TicketMint} makes what keeps a place across connections, {@link
 * io.breakwater.gateway.line.WorkMint} what is to be done for one, if the operator wants that.
 */
@NullMarked
package io.breakwater.gateway.line;

import org.jspecify.annotations.NullMarked;
