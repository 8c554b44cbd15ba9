/**
 * The device as a deterministic state machine: outbox, inbox, reconnecting, requests. No I/O, no
 * clock, no threads; randomness is injected. Inputs are method calls that carry the time; outputs
 * are collected and drained as a {@link io.breakwater.client.core.Step}. Whoever drives it (the
 * client's one thread, or a simulation on virtual time) calls one method at a time.
 *
 * <p>The way in is {@link io.breakwater.client.core.DeviceMachine}; {@link
 * io.breakwater.client.core.SignUpMachine} makes the account before there is a device.
 */
@NullMarked
package io.breakwater.client.core;

import org.jspecify.annotations.NullMarked;
