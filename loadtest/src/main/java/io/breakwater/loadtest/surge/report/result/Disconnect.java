package io.breakwater.loadtest.surge.report.result;

/**
 * Connections that ended against the will of their phones, for one reason.
 *
 * @param reason as the tier says it, or {@code broken}
 */
public record Disconnect(String reason, long count) {}
