/**
 * The protocol spoken by hand: what no well-behaved client does, and what it sees when servers die.
 *
 * <p>Each scenario is a class; {@code Wire} is a socket, {@code Device} an account on it.
 */
@NullMarked
package io.breakwater.loadtest.wire;

import org.jspecify.annotations.NullMarked;
