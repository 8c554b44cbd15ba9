package io.breakwater.delivery.lane;

/** An input that waits for a read: what to do when it is there, and when it cannot be had. */
record Waiting(Runnable ready, Runnable failed) {}
