/**
 * What it costs and how fast it is: CPU per message and tier, latency, memory, connects, sign-ups.
 *
 * <p>The way in is {@link io.breakwater.loadtest.bench.BenchCommand}; {@link
 * io.breakwater.loadtest.bench.Subject} lists what can be measured.
 */
@NullMarked
package io.breakwater.loadtest.bench;

import org.jspecify.annotations.NullMarked;
