/**
 * What applications did and saw in a campaign, what was broken meanwhile, and what storage holds at
 * the end: facts, each with a number and a time, as lines of JSON.
 *
 * <p>The ways in are {@link io.breakwater.loadtest.chaos.history.Recorder} to write and {@link
 * io.breakwater.loadtest.chaos.history.History} to read.
 */
@NullMarked
package io.breakwater.loadtest.chaos.history;

import org.jspecify.annotations.NullMarked;
