/**
 * Results as pages for people: one HTML file each, which needs nothing else and fetches nothing. No
 * I/O but reading its own parts from the class path.
 *
 * <p>{@link io.breakwater.loadtest.surge.report.page.RunPage} is about one run, {@link
 * io.breakwater.loadtest.surge.report.page.ComparisonPage} about several. Both decide in Java what
 * is shown, as a {@link io.breakwater.loadtest.surge.report.page.Page} of tables and plots; the
 * template, the style and the script in the resources beside only lay it out.
 */
@NullMarked
package io.breakwater.loadtest.surge.report.page;

import org.jspecify.annotations.NullMarked;
