package io.breakwater.gateway.accept;

/**
 * Bounds of accept control.
 *
 * @param underWay the most arrivals at once that have not said what they want
 * @param backlog connections that the kernel holds until they are accepted, in calm times
 * @param rampMs how long the rate of a fresh gateway is held back; 0: not at all
 */
public record AcceptLimits(int underWay, int backlog, int rampMs) {}
