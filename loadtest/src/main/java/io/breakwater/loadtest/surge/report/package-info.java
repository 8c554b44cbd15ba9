/**
 * The files that a replayed surge leaves: a result for programs, a page for people.
 *
 * <p>The way in is {@link io.breakwater.loadtest.surge.report.Reports}.
 */
@NullMarked
package io.breakwater.loadtest.surge.report;

import org.jspecify.annotations.NullMarked;
