/**
 * Scenarios: surges as files, and what is to happen when one of them is played. Pure, but for the
 * reading of a file: no sockets, no threads; time and seeds are arguments.
 *
 * <p>{@link io.breakwater.loadtest.surge.scenario.Scenarios} reads them, {@link
 * io.breakwater.loadtest.surge.scenario.Replay} is one at the size at which it is played, {@link
 * io.breakwater.loadtest.surge.scenario.Description} says what that will be. The values are in
 * {@code model}, the times at which things should happen in {@code arrivals}, how a file is written
 * in {@code file} and in docs/scenarios.md.
 */
@NullMarked
package io.breakwater.loadtest.surge.scenario;

import org.jspecify.annotations.NullMarked;
