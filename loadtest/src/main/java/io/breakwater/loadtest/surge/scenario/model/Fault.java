package io.breakwater.loadtest.surge.scenario.model;

import java.time.Duration;
import java.util.Optional;

/** What breaks, or is changed, and when. Which server it hits is drawn. */
public sealed interface Fault {
  /** From the begin. */
  Duration at();

  /** For people. */
  String text();

  /** On another clock. */
  Fault replayed(Reduction by);

  /**
   * A gateway is killed.
   *
   * @param back after which it is started again; never if it is empty
   */
  record KillGateway(Duration at, Optional<Duration> back) implements Fault {
    @Override
    public String text() {
      return "kill-gateway" + backText(back);
    }

    @Override
    public KillGateway replayed(Reduction by) {
      return new KillGateway(Scaling.time(at, by), back.map(each -> Scaling.time(each, by)));
    }
  }

  /**
   * A delivery node is killed.
   *
   * @param back after which it is started again; never if it is empty
   */
  record KillDelivery(Duration at, Optional<Duration> back) implements Fault {
    @Override
    public String text() {
      return "kill-delivery" + backText(back);
    }

    @Override
    public KillDelivery replayed(Reduction by) {
      return new KillDelivery(Scaling.time(at, by), back.map(each -> Scaling.time(each, by)));
    }
  }

  /**
   * All gateways are stopped as for a new release, and started again, one after the other.
   *
   * @param gap from one being ready to the next being stopped
   */
  record RestartGateways(Duration at, Duration gap) implements Fault {
    @Override
    public String text() {
      return "restart-gateways with gaps of " + Times.text(gap);
    }

    @Override
    public RestartGateways replayed(Reduction by) {
      return new RestartGateways(Scaling.time(at, by), Scaling.time(gap, by));
    }
  }

  /**
   * All delivery nodes likewise.
   *
   * @param gap from one being ready to the next being stopped
   */
  record RestartDeliveries(Duration at, Duration gap) implements Fault {
    @Override
    public String text() {
      return "restart-deliveries with gaps of " + Times.text(gap);
    }

    @Override
    public RestartDeliveries replayed(Reduction by) {
      return new RestartDeliveries(Scaling.time(at, by), Scaling.time(gap, by));
    }
  }

  /** One gateway more is started. */
  record AddGateway(Duration at) implements Fault {
    @Override
    public String text() {
      return "add-gateway";
    }

    @Override
    public AddGateway replayed(Reduction by) {
      return new AddGateway(Scaling.time(at, by));
    }
  }

  /**
   * A share of those who are online lose their network: their sockets break, and nobody can connect
   * until it is back. Then each comes back as its client does after a broken socket.
   *
   * @param share 0..1, of those of the population who are online then
   * @param away until the network is back
   */
  record HangUp(Duration at, String of, double share, Duration away) implements Fault {
    @Override
    public String text() {
      return "hang-up of %s of %s for %s".formatted(Times.percent(share), of, Times.text(away));
    }

    @Override
    public HangUp replayed(Reduction by) {
      return new HangUp(Scaling.time(at, by), of, share, Scaling.time(away, by));
    }
  }

  private static String backText(Optional<Duration> back) {
    return back.map(each -> ", back after " + Times.text(each)).orElse("");
  }
}
