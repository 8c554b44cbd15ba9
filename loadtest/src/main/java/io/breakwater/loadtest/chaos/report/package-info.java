/**
 * What a history shows, for people and for programs. No I/O.
 *
 * <p>The way in is {@link io.breakwater.loadtest.chaos.report.Result}.
 */
@NullMarked
package io.breakwater.loadtest.chaos.report;

import org.jspecify.annotations.NullMarked;
