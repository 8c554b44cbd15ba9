/**
 * What one replayed surge showed, as it is kept in a JSON file. No I/O.
 *
 * <p>The way in is {@link io.breakwater.loadtest.surge.report.result.SurgeResult}. In the file
 * every figure has the name of its record component, with its unit at the end; what is not known is
 * null there and NaN here. Fractions are rounded to thousandths. A file of the same {@code format}
 * may have more fields than this release knows, never fewer.
 */
@NullMarked
package io.breakwater.loadtest.surge.report.result;

import org.jspecify.annotations.NullMarked;
