/**
 * The relays between delivery nodes, over gRPC: each node keeps one stream to every other member,
 * asks on its own and answers on the others'.
 *
 * <p>The ways in are {@link io.breakwater.delivery.relay.Relays} for what goes out and {@link
 * io.breakwater.delivery.relay.RelayService} for what comes in.
 */
@NullMarked
package io.breakwater.delivery.relay;

import org.jspecify.annotations.NullMarked;
