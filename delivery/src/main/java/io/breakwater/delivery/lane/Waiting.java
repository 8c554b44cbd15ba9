package io.breakwater.delivery.lane;

/**
 * An input that waits for a read.
 *
 * @param bytes what it holds on to: the payload of a message; 0 for what is small
 * @param ready run when the read is there
 * @param failed run if it cannot be had, or if too much waits already
 */
record Waiting(int bytes, Runnable ready, Runnable failed) {}
