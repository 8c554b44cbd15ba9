/**
 * {@code ./breakwater up}: everything on one machine.
 *
 * <p>The way in is {@link io.breakwater.cli.up.UpCommand}; {@code Services} reads like the parts
 * list.
 */
@NullMarked
package io.breakwater.cli.up;

import org.jspecify.annotations.NullMarked;
