package io.breakwater.loadtest.trial;

/**
 * How much is sent, and what is drawn.
 *
 * @param lines messages, all different
 * @param rate per second
 * @param seed when power is lost, and what people do meanwhile
 * @param cassandraNodes that lose their power
 */
public record Load(int lines, double rate, long seed, int cassandraNodes) {}
