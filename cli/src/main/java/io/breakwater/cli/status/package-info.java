/**
 * {@code ./breakwater status}: what runs on this machine, and how it does.
 *
 * <p>The way in is {@link io.breakwater.cli.status.StatusCommand}; {@code up} leaves a {@link
 * io.breakwater.cli.status.RunFile} for it. {@code Tables} lists which meters are shown.
 */
@NullMarked
package io.breakwater.cli.status;

import org.jspecify.annotations.NullMarked;
