/**
 * The rim towards the gateways: the only package here that knows gRPC.
 *
 * <p>The way in is {@link io.breakwater.delivery.trunk.TrunkServer}.
 */
@NullMarked
package io.breakwater.delivery.trunk;

import org.jspecify.annotations.NullMarked;
