/**
 * What phones are made to do: talk in pairs at a pace or as fast as they can, connect, sign up.
 *
 * <p>{@link io.breakwater.loadtest.bench.load.Traffic} is messages, {@link
 * io.breakwater.loadtest.bench.load.Rush} everything that is done many times, so many at once.
 */
@NullMarked
package io.breakwater.loadtest.bench.load;

import org.jspecify.annotations.NullMarked;
