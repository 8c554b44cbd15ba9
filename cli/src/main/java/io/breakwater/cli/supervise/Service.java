package io.breakwater.cli.supervise;

import io.breakwater.cli.process.Launch;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is to be kept running.
 *
 * @param name for messages and the pid file
 * @param launch asked before each start; may throw {@link io.breakwater.cli.process.StartFailure}
 * @param probe whether it can be used
 * @param readyLimit how long its first start may take
 * @param stopGrace from SIGTERM to SIGKILL
 * @param obstacle asked when its first start has ended: what else is in its way, and what to do
 * @param advice what to do if it does not start and there is no obstacle, as a clause
 */
public record Service(
    String name,
    Supplier<Launch> launch,
    Probe probe,
    Duration readyLimit,
    Duration stopGrace,
    Supplier<Optional<String>> obstacle,
    String advice) {}
