/**
 * How frames lie in the bytes of a connection: behind their length, or in the messages of a
 * WebSocket, to which a client changes by HTTP.
 *
 * <p>The way in are {@link io.breakwater.gateway.framing.Framing} and {@link
 * io.breakwater.gateway.framing.FirstByte}, which finds out which of the two a client speaks.
 */
@NullMarked
package io.breakwater.gateway.framing;

import org.jspecify.annotations.NullMarked;
