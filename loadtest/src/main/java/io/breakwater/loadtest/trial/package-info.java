/**
 * One run of one scenario: where it takes place, and with how much.
 *
 * <p>The way in is {@link io.breakwater.loadtest.trial.Trial}.
 */
@NullMarked
package io.breakwater.loadtest.trial;

import org.jspecify.annotations.NullMarked;
