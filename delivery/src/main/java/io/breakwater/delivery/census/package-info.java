/**
 * How many gateways there are, and how many sessions they have together. Pure.
 *
 * <p>The way in is {@link io.breakwater.delivery.census.Census}.
 */
@NullMarked
package io.breakwater.delivery.census;

import org.jspecify.annotations.NullMarked;
