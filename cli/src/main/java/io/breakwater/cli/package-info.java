/**
 * The command line of Breakwater.
 *
 * <p>The way in is {@link io.breakwater.cli.Main}; each subcommand has a package of its own.
 */
@NullMarked
package io.breakwater.cli;

import org.jspecify.annotations.NullMarked;
