/**
 * Signals for who decides how many servers there are: how busy this one is, and how many its work
 * needs. {@link io.breakwater.common.scale.Scale} says it, {@link
 * io.breakwater.common.scale.ScalePage} shows it with the meters that explain it.
 */
@NullMarked
package io.breakwater.common.scale;

import org.jspecify.annotations.NullMarked;
