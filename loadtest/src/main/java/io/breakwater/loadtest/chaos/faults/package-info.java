/**
 * Carries out on a stack what {@code plan} has drawn, and watches what its servers count meanwhile.
 *
 * <p>The way in is {@link io.breakwater.loadtest.chaos.faults.Faults}; {@link
 * io.breakwater.loadtest.chaos.faults.Readings} is what the servers say, {@link
 * io.breakwater.loadtest.chaos.faults.Kind} what can be broken.
 */
@NullMarked
package io.breakwater.loadtest.chaos.faults;

import org.jspecify.annotations.NullMarked;
