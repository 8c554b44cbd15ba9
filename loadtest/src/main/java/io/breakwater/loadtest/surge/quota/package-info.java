/**
 * CPU that the tiers of a stack may use, so that a small machine is fair: control groups of Linux,
 * version 1 or 2, and a processor of its own for the generator.
 */
@NullMarked
package io.breakwater.loadtest.surge.quota;

import org.jspecify.annotations.NullMarked;
