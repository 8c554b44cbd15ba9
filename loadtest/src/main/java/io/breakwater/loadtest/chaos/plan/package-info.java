/**
 * What a campaign breaks, and when: drawn from a seed, so that the same seed breaks the same. Pure.
 *
 * <p>The way in is {@link io.breakwater.loadtest.chaos.plan.Schedule}.
 */
@NullMarked
package io.breakwater.loadtest.chaos.plan;

import org.jspecify.annotations.NullMarked;
