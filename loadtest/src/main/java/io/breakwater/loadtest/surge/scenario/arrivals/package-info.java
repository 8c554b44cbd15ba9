/**
 * When things should happen: rates over time, and the times drawn from them. Pure: time and seeds
 * are arguments.
 *
 * <p>{@link io.breakwater.loadtest.surge.scenario.arrivals.RateCurve} is a rate over time, {@link
 * io.breakwater.loadtest.surge.scenario.arrivals.Arrivals} draws times from it.
 */
@NullMarked
package io.breakwater.loadtest.surge.scenario.arrivals;

import org.jspecify.annotations.NullMarked;
