package io.breakwater.loadtest.surge.scenario.model;

import io.breakwater.loadtest.surge.scenario.arrivals.RateCurve;
import java.time.Duration;
import java.util.Optional;

/** Something that people do again and again, at times that do not depend on how it goes. */
public sealed interface ArrivalStream {
  /** Unique in its scenario; the times depend on it and the seed alone. */
  String name();

  /** Whose. */
  String of();

  /** How often, per second, of the whole population. */
  RateCurve rate();

  /** What it is, as it stands in a file. */
  String kind();

  /** On another clock, at another scale. */
  ArrivalStream replayed(Reduction by);

  /** So many times as often. */
  ArrivalStream times(double factor);

  /**
   * Somebody new signs up, on a connection of its own.
   *
   * @param then what follows; the connection is closed if nothing does
   */
  record SignUps(String name, String of, RateCurve rate, Optional<Afterwards> then)
      implements ArrivalStream {
    @Override
    public String kind() {
      return "sign-ups";
    }

    @Override
    public SignUps replayed(Reduction by) {
      return new SignUps(
          name, of, rate.replayed(by.scale(), by.compress()), then.map(each -> each.replayed(by)));
    }

    @Override
    public SignUps times(double factor) {
      return new SignUps(name, of, rate.times(factor), then);
    }
  }

  /**
   * Somebody who is not online connects, gets what waits for it, and stays. Whom it is, is drawn;
   * when all are online, nothing happens.
   *
   * @param stay until it hangs up; until the end if it is empty
   */
  record Connects(String name, String of, RateCurve rate, Optional<Duration> stay)
      implements ArrivalStream {
    @Override
    public String kind() {
      return "connects";
    }

    @Override
    public Connects replayed(Reduction by) {
      return new Connects(
          name,
          of,
          rate.replayed(by.scale(), by.compress()),
          stay.map(each -> Scaling.time(each, by)));
    }

    @Override
    public Connects times(double factor) {
      return new Connects(name, of, rate.times(factor), stay);
    }
  }

  /** The socket of somebody who is online breaks, and it comes back at once: another network. */
  record Reconnects(String name, String of, RateCurve rate) implements ArrivalStream {
    @Override
    public String kind() {
      return "reconnects";
    }

    @Override
    public Reconnects replayed(Reduction by) {
      return new Reconnects(name, of, rate.replayed(by.scale(), by.compress()));
    }

    @Override
    public Reconnects times(double factor) {
      return new Reconnects(name, of, rate.times(factor));
    }
  }

  /**
   * Somebody who is online writes a message.
   *
   * @param to the population of the readers
   */
  record Messages(String name, String of, String to, RateCurve rate) implements ArrivalStream {
    @Override
    public String kind() {
      return "messages";
    }

    @Override
    public Messages replayed(Reduction by) {
      return new Messages(name, of, to, rate.replayed(by.scale(), by.compress()));
    }

    @Override
    public Messages times(double factor) {
      return new Messages(name, of, to, rate.times(factor));
    }
  }
}
