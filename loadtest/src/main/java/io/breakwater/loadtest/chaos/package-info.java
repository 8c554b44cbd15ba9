/**
 * Campaigns: a crowd talks through a cluster of processes while faults come and go; what it sent
 * and got is held against the promises.
 *
 * <p>The way in is {@link io.breakwater.loadtest.chaos.ChaosCommand}; {@code Campaign} is one from
 * its begin to its judgement.
 */
@NullMarked
package io.breakwater.loadtest.chaos;

import org.jspecify.annotations.NullMarked;
