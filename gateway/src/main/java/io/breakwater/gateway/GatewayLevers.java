package io.breakwater.gateway;

import io.breakwater.common.lever.Lever;
import io.breakwater.common.lever.Levers;
import io.breakwater.gateway.accept.AcceptControl;
import io.breakwater.gateway.accept.AcceptLimits;
import io.breakwater.gateway.connection.EdgeLimits;
import io.breakwater.gateway.line.LineLimits;
import io.breakwater.gateway.line.WaitingRoom;
import io.breakwater.gateway.rate.Limit;
import io.breakwater.gateway.rate.Rate;
import io.breakwater.gateway.rate.SharedRates;
import io.breakwater.gateway.socket.GatewayLoop;
import io.breakwater.gateway.socket.SocketLimits;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * What can be changed of a gateway while it runs. A lever that begins with a setting has its name.
 */
final class GatewayLevers {
  private final Levers levers;
  private final Lever<Integer> drainWindowMs;
  private volatile EdgeLimits edge;
  private volatile AcceptLimits accept;

  GatewayLevers(GatewayConfig config, WaitingRoom room, SharedRates rates, InstantSource clock) {
    levers = new Levers(clock);
    edge = config.edge();
    accept = config.accept();
    line(config.line(), room);
    accepts(config.accept());
    returnWindows(config.edge());
    drainWindowMs = levers.add(ms("drain-window-ms", 0, config.drain().windowMs()));
    for (Limit limit : Limit.values()) {
      rate(limit, config.rates().limits().of(limit), rates);
    }
  }

  private static Lever<Integer> ms(String name, int least, int first) {
    return Lever.whole(name, "ms", least, GatewayConfig.HOUR_MS, first);
  }

  private void line(LineLimits first, WaitingRoom room) {
    levers.add(Lever.flag("line.open", true).applies(room::open));
    levers.add(
        Lever.whole("line.places", "sign-ups", 1, GatewayConfig.PLACES_MAX, first.places())
            .applies(places -> room.limits(room.limits().withPlaces(places))));
    levers.add(
        Lever.whole(
                "line.tell-ms",
                "ms",
                GatewayConfig.TELL_MIN_MS,
                GatewayConfig.TELL_MAX_MS,
                first.tellMs())
            .applies(tellMs -> room.limits(room.limits().withTellMs(tellMs))));
    levers.add(
        Lever.whole("line.work-bits", "bits", 0, LineLimits.WORK_BITS_MAX, first.workBits())
            .applies(bits -> room.limits(room.limits().withWorkBits(bits))));
  }

  private void accepts(AcceptLimits first) {
    levers.add(
        Lever.whole(
                "accept.under-way",
                "connections",
                AcceptControl.LEAST_UNDER_WAY,
                GatewayConfig.UNDER_WAY_MAX,
                first.underWay())
            .applies(most -> accept = new AcceptLimits(most, first.backlog(), accept.rampMs())));
    levers.add(
        ms("accept.ramp-ms", 0, first.rampMs())
            .applies(ms -> accept = new AcceptLimits(accept.underWay(), first.backlog(), ms)));
  }

  private void returnWindows(EdgeLimits first) {
    levers.add(
        ms("return-after-min-ms", 1, first.returnAfterMinMs())
            .applies(
                ms ->
                    edge =
                        edge.returningAfter(
                            ms, edge.returnAfterMaxMs(), edge.returnAfterUnreachedMs())));
    levers.add(
        ms("return-after-max-ms", 1, first.returnAfterMaxMs())
            .applies(
                ms ->
                    edge =
                        edge.returningAfter(
                            edge.returnAfterMinMs(), ms, edge.returnAfterUnreachedMs())));
    levers.add(
        ms("return-after-unreached-ms", 1, first.returnAfterUnreachedMs())
            .applies(
                ms ->
                    edge =
                        edge.returningAfter(edge.returnAfterMinMs(), edge.returnAfterMaxMs(), ms)));
  }

  private void rate(Limit limit, Rate first, SharedRates rates) {
    levers.add(
        Lever.of(
                "rate." + setting(limit),
                "",
                "off, or as 10/s:600, ten per second and 600 at once; unit s, m or h"
                    + (limit == Limit.DEVICE_PAYLOAD_BYTES
                        ? "; at least " + GatewayConfig.MAX_PAYLOAD_BYTES + " at once"
                        : ""),
                text -> parse(limit, text),
                first)
            .applies(rate -> rates.change(limit, rate)));
  }

  private static Rate parse(Limit limit, String text) {
    Rate rate = Rate.parse(text);
    if (limit == Limit.DEVICE_PAYLOAD_BYTES && rate.burst() < GatewayConfig.MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException("less than a message at once");
    }
    return rate;
  }

  /** {@code ADDRESS_SIGN_UPS} is {@code address.sign-ups}. */
  private static String setting(Limit limit) {
    String[] words = limit.name().toLowerCase(Locale.ROOT).split("_", 2);
    return words[0] + '.' + words[1].replace('_', '-');
  }

  /** The loops are there now. */
  void loops(SocketLimits first, Collection<GatewayLoop> loops) {
    List<GatewayLoop> all = List.copyOf(loops);
    levers.add(
        Lever.whole(
                "reattach-per-second",
                "sessions per second and event loop",
                1,
                GatewayConfig.REATTACH_MAX,
                first.reattachPerSecond())
            .applies(value -> all.forEach(loop -> loop.reattachPerSecond(value))));
    levers.add(
        Lever.whole(
                "rebalance-percent",
                "% of the sessions, a second",
                0,
                GatewayConfig.REBALANCE_MAX,
                first.rebalancePercent())
            .applies(value -> all.forEach(loop -> loop.rebalancePercent(value))));
  }

  /** All of them: others may add theirs while the gateway starts. */
  Levers all() {
    return levers;
  }

  /** What holds of connections now. */
  EdgeLimits edge() {
    return edge;
  }

  /** What holds of accepts now. */
  AcceptLimits accept() {
    return accept;
  }

  /** Within which all clients are told to go when the gateway stops. */
  int drainWindowMs() {
    return drainWindowMs.value();
  }
}
