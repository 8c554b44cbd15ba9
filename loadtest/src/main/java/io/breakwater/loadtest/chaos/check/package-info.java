/**
 * Holds a history against the promises. Goes through it twice: once to judge, once to fetch the
 * facts that show what is wrong. Pure, but for the reading of the history; time and memory are
 * linear in its facts.
 *
 * <p>The way in is {@link io.breakwater.loadtest.chaos.check.Checker}.
 */
@NullMarked
package io.breakwater.loadtest.chaos.check;

import org.jspecify.annotations.NullMarked;
