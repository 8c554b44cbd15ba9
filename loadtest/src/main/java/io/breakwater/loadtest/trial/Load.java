package io.breakwater.loadtest.trial;

/**
 * How much is sent.
 *
 * @param lines messages, all different
 * @param rate per second
 */
public record Load(int lines, double rate) {}
