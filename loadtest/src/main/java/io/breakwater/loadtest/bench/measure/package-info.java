/**
 * What the system says of processes: CPU time, memory. And the arithmetic that turns it into a
 * price.
 *
 * <p>{@link io.breakwater.loadtest.bench.measure.CpuReading} is read twice; {@link
 * io.breakwater.loadtest.bench.measure.CpuBill} is what lies between.
 */
@NullMarked
package io.breakwater.loadtest.bench.measure;

import org.jspecify.annotations.NullMarked;
