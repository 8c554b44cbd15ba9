/**
 * A cluster in one thread, on virtual time: the production lanes, recovery and client core, a
 * network and a storage that lose, delay and reorder, and an oracle that knows what was promised.
 * One seed decides everything, so a seed replays a bug.
 *
 * <p>The way in is {@link io.breakwater.delivery.simulation.Simulation}.
 */
@NullMarked
package io.breakwater.delivery.simulation;

import org.jspecify.annotations.NullMarked;
