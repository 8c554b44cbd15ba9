/**
 * How busy a gateway is, and how many there should be.
 *
 * <p>The way in is {@link io.breakwater.gateway.scale.GatewayScale}.
 */
@NullMarked
package io.breakwater.gateway.scale;

import org.jspecify.annotations.NullMarked;
