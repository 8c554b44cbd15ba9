package io.breakwater.loadtest.surge.report.result;

/**
 * What was refused for one reason.
 *
 * @param reason as the tier says it
 * @param returnAfterP50Ms half of the refusals asked to return in no more; NaN if they carried no
 *     time
 * @param returnAfterMaxMs NaN if they carried no time
 */
public record Refusal(
    String reason, long count, double returnAfterP50Ms, double returnAfterMaxMs) {}
