package io.breakwater.loadtest.surge.report.result;

/**
 * One kind of arrivals over the whole run: what the schedule asked for and what came of it, which
 * is the goodput.
 *
 * @param name as the scenario names it, such as {@code sign-ups}
 * @param intended by the schedule
 * @param done carried out within the run, whenever they were intended
 * @param perSecond done in a second of the run, in the mean
 */
public record Stream(String name, long intended, long done, double perSecond) {}
