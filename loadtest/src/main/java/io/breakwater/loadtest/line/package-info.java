/**
 * Sockets of virtual phones: frames both ways, thousands of them on one event loop.
 *
 * <p>{@link io.breakwater.loadtest.line.LineLoop} opens them; {@link
 * io.breakwater.loadtest.line.Line} is one.
 */
@NullMarked
package io.breakwater.loadtest.line;

import org.jspecify.annotations.NullMarked;
