/**
 * The trunks: one bidirectional stream per (event loop, delivery node), batched both ways, opened
 * again whenever it is lost, as long as its node is wanted. The only place that knows gRPC.
 *
 * <p>The way in is {@link io.breakwater.gateway.trunk.Trunks}.
 */
@NullMarked
package io.breakwater.gateway.trunk;

import org.jspecify.annotations.NullMarked;
