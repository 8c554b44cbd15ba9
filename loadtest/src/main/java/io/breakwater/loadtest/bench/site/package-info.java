/**
 * What is measured: a stack that we start, or servers that somebody else runs.
 *
 * <p>The way in is {@link io.breakwater.loadtest.bench.site.Site}.
 */
@NullMarked
package io.breakwater.loadtest.bench.site;

import org.jspecify.annotations.NullMarked;
