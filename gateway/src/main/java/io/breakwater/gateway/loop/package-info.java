/**
 * What the sockets and the trunks of one event loop share.
 *
 * <p>The way in is {@link io.breakwater.gateway.loop.Tick}.
 */
@NullMarked
package io.breakwater.gateway.loop;

import org.jspecify.annotations.NullMarked;
