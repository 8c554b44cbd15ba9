/**
 * Child processes: finding the JDK that runs them, starting them so that they neither take the
 * terminal's Ctrl-C nor outlive us, reading why they ended.
 *
 * <p>The way in is {@link io.breakwater.cli.process.ChildProcess}.
 */
@NullMarked
package io.breakwater.cli.process;

import org.jspecify.annotations.NullMarked;
