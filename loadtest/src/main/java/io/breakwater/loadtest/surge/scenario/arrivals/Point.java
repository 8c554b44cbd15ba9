package io.breakwater.loadtest.surge.scenario.arrivals;

import java.time.Duration;

/**
 * A rate at a time.
 *
 * @param at from the begin
 * @param perSecond 0 or more
 */
public record Point(Duration at, double perSecond) {}
