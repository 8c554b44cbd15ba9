/**
 * Which delivery node is home to a user. Pure, but for looking up the name of a node.
 *
 * <p>The way in is {@link io.breakwater.gateway.home.Homes}. Views learned over the trunks will be
 * another implementation of it.
 */
@NullMarked
package io.breakwater.gateway.home;

import org.jspecify.annotations.NullMarked;
