package io.breakwater.loadtest.chaos.report;

/**
 * What the users whom a fault concerned noticed of it, from its begin until a minute after its end,
 * and no longer than anything was sent.
 *
 * @param fault its number
 * @param what for people
 * @param withoutAcceptMs the longest time in which no message of theirs was accepted
 * @param withoutDeliveryMs the longest time in which none of their applications was handed a
 *     message
 */
public record Interruption(int fault, String what, long withoutAcceptMs, long withoutDeliveryMs) {}
