/**
 * {@code ./breakwater lever}: what can be changed of servers that run.
 *
 * <p>The way in is {@link io.breakwater.cli.lever.LeverCommand}; what the servers say is shown as
 * they say it.
 */
@NullMarked
package io.breakwater.cli.lever;

import org.jspecify.annotations.NullMarked;
