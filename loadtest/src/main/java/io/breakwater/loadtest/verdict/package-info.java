/**
 * What holds and what does not, and the time it takes.
 *
 * <p>The way in is {@link io.breakwater.loadtest.verdict.Verdict}.
 */
@NullMarked
package io.breakwater.loadtest.verdict;

import org.jspecify.annotations.NullMarked;
