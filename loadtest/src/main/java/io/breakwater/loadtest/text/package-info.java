/**
 * What is sent, and whether what came is the same.
 *
 * <p>{@link io.breakwater.loadtest.text.LineGenerator} makes it, {@link
 * io.breakwater.loadtest.text.Comparison} compares.
 */
@NullMarked
package io.breakwater.loadtest.text;

import org.jspecify.annotations.NullMarked;
