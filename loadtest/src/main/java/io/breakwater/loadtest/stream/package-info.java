/**
 * A text on its way from chat to chat, while processes are killed.
 *
 * <p>Each scenario is a class; {@code Text} is what is sent, {@code Faults} kills, {@code Ends}
 * checks what came out at the ends.
 */
@NullMarked
package io.breakwater.loadtest.stream;

import org.jspecify.annotations.NullMarked;
