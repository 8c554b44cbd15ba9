/**
 * Which delivery node is home to a user, by views learned over the trunks, and to which nodes there
 * are trunks. Pure, but for looking up the name of a node.
 *
 * <p>The ways in are {@link io.breakwater.gateway.home.Homes} and {@link
 * io.breakwater.gateway.home.TrunkDirectory}.
 */
@NullMarked
package io.breakwater.gateway.home;

import org.jspecify.annotations.NullMarked;
