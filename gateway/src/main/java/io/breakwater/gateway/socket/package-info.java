/**
 * Client sockets and the event loops that own them: framing, writing, and carrying out what {@code
 * connection} decides.
 *
 * <p>The way in are {@link io.breakwater.gateway.socket.Listener} and {@link
 * io.breakwater.gateway.socket.GatewayLoop}.
 */
@NullMarked
package io.breakwater.gateway.socket;

import org.jspecify.annotations.NullMarked;
