/**
 * What the gateway counts.
 *
 * <p>The way in is {@link io.breakwater.gateway.metrics.GatewayMetrics}.
 */
@NullMarked
package io.breakwater.gateway.metrics;

import org.jspecify.annotations.NullMarked;
