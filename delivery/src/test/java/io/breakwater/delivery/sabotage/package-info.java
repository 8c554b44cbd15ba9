/**
 * Delivery processes that break one rule each, to see that a campaign notices. Only test builds
 * have them: the jar with the classifier {@code sabotage}.
 *
 * <p>The way in is {@link io.breakwater.delivery.sabotage.Sabotage}; docs/testing.md has the table.
 */
@NullMarked
package io.breakwater.delivery.sabotage;

import org.jspecify.annotations.NullMarked;
