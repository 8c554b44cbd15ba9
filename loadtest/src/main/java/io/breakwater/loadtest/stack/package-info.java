/**
 * Breakwater as a person starts it: {@code ./breakwater up} and {@code ./breakwater chat} as
 * processes.
 *
 * <p>{@link io.breakwater.loadtest.stack.Stack} is the one, with a {@link
 * io.breakwater.loadtest.stack.Server} for each of its processes, {@link
 * io.breakwater.loadtest.stack.Chats} the other; {@link io.breakwater.loadtest.stack.Launcher} ends
 * both, whatever happens.
 */
@NullMarked
package io.breakwater.loadtest.stack;

import org.jspecify.annotations.NullMarked;
