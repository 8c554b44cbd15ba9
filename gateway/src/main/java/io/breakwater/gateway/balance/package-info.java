/**
 * Gateways that have more clients than others ask some to go elsewhere, so that a gateway that is
 * added gets its share. Pure.
 *
 * <p>The way in is {@link io.breakwater.gateway.balance.Rebalancing}, one for an event loop; what
 * the gateway has in all is its {@link io.breakwater.gateway.balance.Population}.
 */
@NullMarked
package io.breakwater.gateway.balance;

import org.jspecify.annotations.NullMarked;
