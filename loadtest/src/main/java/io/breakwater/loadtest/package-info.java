/**
 * An outside client of the whole: starts stacks and chats as processes, kills parts of them, and
 * checks what the people at both ends see.
 *
 * <p>The way in is {@link io.breakwater.loadtest.Main}; {@link io.breakwater.loadtest.Scenario}
 * lists what can be proved.
 */
@NullMarked
package io.breakwater.loadtest;

import org.jspecify.annotations.NullMarked;
