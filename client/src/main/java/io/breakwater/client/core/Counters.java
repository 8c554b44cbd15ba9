package io.breakwater.client.core;

/**
 * What a machine has done since it was made.
 *
 * @param sent first transmissions
 * @param resent further transmissions
 * @param accepted messages that were accepted
 * @param received messages that were handed over
 * @param repeated messages that were dropped since they had been handed over before
 * @param redelivered entries that were ignored since the cursor had passed them
 * @param connects connections that were attempted
 */
public record Counters(
    long sent,
    long resent,
    long accepted,
    long received,
    long repeated,
    long redelivered,
    long connects) {}
