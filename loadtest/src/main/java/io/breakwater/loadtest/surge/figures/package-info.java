/**
 * From what the generators saw to the result of a run. Pure but for reading the files of facts.
 *
 * <p>{@link io.breakwater.loadtest.surge.figures.Figures} is the way in, {@link
 * io.breakwater.loadtest.surge.figures.ServerSamples} what the coordinator saw of the servers.
 * Below them: {@link io.breakwater.loadtest.surge.figures.Latencies} has the phases, {@link
 * io.breakwater.loadtest.surge.figures.Presence} who is online, {@link
 * io.breakwater.loadtest.surge.figures.Mail} every message and where it went. Facts become entries
 * of primitive columns as they are read, and all that depends on two of them is found out when the
 * last one is there: no order of files is asked for, only that a device's facts are in one of them,
 * as they happened.
 */
@NullMarked
package io.breakwater.loadtest.surge.figures;

import org.jspecify.annotations.NullMarked;
