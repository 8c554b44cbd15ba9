package io.breakwater.gateway.trunk;

import io.breakwater.gateway.balance.Population;
import io.breakwater.gateway.metrics.GatewayMetrics;
import io.breakwater.trunk.TrunkTls;
import io.netty.channel.socket.SocketChannel;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What all trunks of one event loop have in common.
 *
 * @param gateway name of this process, for the logs of delivery nodes
 * @param eventLoop number of the event loop
 * @param population of this process
 * @param sockets the kind that goes with the event loop
 * @param tls without it trunks are neither private nor authenticated
 * @param resolver where host names are looked up: may wait
 * @param nowMs monotonic clock, milliseconds
 * @param random spreads reconnects; confined to the event loop
 */
public record TrunkSettings(
    String gateway,
    int eventLoop,
    Population population,
    TrunkLimits limits,
    Class<? extends SocketChannel> sockets,
    Optional<TrunkTls> tls,
    Executor resolver,
    LongSupplier nowMs,
    RandomGenerator random,
    GatewayMetrics metrics) {}
