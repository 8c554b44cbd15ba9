/**
 * What was measured, for people and for programs.
 *
 * <p>{@link io.breakwater.loadtest.bench.report.Report} gathers {@link
 * io.breakwater.loadtest.bench.report.Section}s.
 */
@NullMarked
package io.breakwater.loadtest.bench.report;

import org.jspecify.annotations.NullMarked;
