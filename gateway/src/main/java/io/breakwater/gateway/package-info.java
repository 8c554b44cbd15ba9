/**
 * The gateway process: its configuration and its parts list.
 *
 * <p>The way in is {@link io.breakwater.gateway.GatewayMain}; {@link
 * io.breakwater.gateway.GatewayServer} is the whole gateway in one page.
 */
@NullMarked
package io.breakwater.gateway;

import org.jspecify.annotations.NullMarked;
