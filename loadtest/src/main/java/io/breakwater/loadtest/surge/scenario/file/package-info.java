/**
 * Files of YAML in which every value has a unit, and every mistake is told with its line.
 *
 * <p>{@link io.breakwater.loadtest.surge.scenario.file.Section} is the way in: it gives what is
 * asked for, and notes in {@link io.breakwater.loadtest.surge.scenario.file.Mistakes} what is
 * missing, wrong, or was never asked for. {@link io.breakwater.loadtest.surge.scenario.file.Units}
 * says how values are written. Pure.
 */
@NullMarked
package io.breakwater.loadtest.surge.scenario.file;

import org.jspecify.annotations.NullMarked;
