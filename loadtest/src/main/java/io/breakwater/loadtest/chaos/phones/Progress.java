package io.breakwater.loadtest.chaos.phones;

/**
 * How far a crowd has got.
 *
 * @param invoked sends
 * @param accepted of them
 * @param refused of them, for good
 * @param unknown of them: given up, or lost with their application
 * @param delivered messages that applications were handed, each as often as it was
 */
public record Progress(long invoked, long accepted, long refused, long unknown, long delivered) {}
