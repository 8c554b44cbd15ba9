/**
 * What one generator process saw, fact by fact: written while it runs, read when it is over. Times
 * are those of {@link java.lang.System#nanoTime}, which all processes of a machine share on Linux
 * (CLOCK_MONOTONIC).
 */
@NullMarked
package io.breakwater.loadtest.surge.facts;

import org.jspecify.annotations.NullMarked;
