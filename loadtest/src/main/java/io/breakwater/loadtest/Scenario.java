package io.breakwater.loadtest;

import io.breakwater.loadtest.chaos.PowerLoss;
import io.breakwater.loadtest.disk.Disks;
import io.breakwater.loadtest.stream.CassandraKilled;
import io.breakwater.loadtest.stream.FirstLight;
import io.breakwater.loadtest.stream.Offline;
import io.breakwater.loadtest.stream.TwoDevices;
import io.breakwater.loadtest.trial.Trial;
import io.breakwater.loadtest.wire.BadInput;
import io.breakwater.loadtest.wire.CassandraDownAtStart;
import io.breakwater.loadtest.wire.Retry;
import io.breakwater.loadtest.wire.Secrecy;
import io.breakwater.loadtest.wire.SlowSockets;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** What can be proved. */
enum Scenario {
  FIRST_LIGHT(
      "a text is piped from one chat to another while the gateway and the delivery node are killed"),
  CASSANDRA_KILLED("the same, and Cassandra is killed a second before the delivery node"),
  OFFLINE("the same, and the recipient is offline until all is sent"),
  TWO_DEVICES(
      "the same, with a recipient of two devices, one of them offline, and a sender of two devices"),
  RETRY("a send that is retried after two kills of the delivery node is still one message"),
  BAD_INPUT("whatever is wrong has its exact answer; outages lose nothing"),
  SECRECY("no payload and no token is in any log, at the finest level, or in any metric"),
  SLOW_SOCKETS(
      "devices that never read, or ask for more, and sockets that never finish a frame cost bounded memory"),
  POWER_LOSS(
      "all servers lose their power twice: with a synced commit log nothing is lost, with a periodic one it is,"
          + " and is noticed"),
  CASSANDRA_DOWN_AT_START("up says in one line that there is no Cassandra");

  private final String what;

  Scenario(String what) {
    this.what = what;
  }

  /** One line for people. */
  String what() {
    return what;
  }

  /** Why this machine cannot carry it out; empty if it can. */
  Optional<String> problem() {
    return this == POWER_LOSS ? Disks.problem() : Optional.empty();
  }

  /** Whether it mounts what nobody else is to see. */
  boolean needsNamespace() {
    return this == POWER_LOSS;
  }

  void run(Trial trial) throws IOException {
    switch (this) {
      case FIRST_LIGHT -> FirstLight.run(trial);
      case CASSANDRA_KILLED -> CassandraKilled.run(trial);
      case OFFLINE -> Offline.run(trial);
      case TWO_DEVICES -> TwoDevices.run(trial);
      case RETRY -> Retry.run(trial);
      case BAD_INPUT -> BadInput.run(trial);
      case SECRECY -> Secrecy.run(trial);
      case SLOW_SOCKETS -> SlowSockets.run(trial);
      case POWER_LOSS -> PowerLoss.run(trial);
      case CASSANDRA_DOWN_AT_START -> CassandraDownAtStart.run(trial);
    }
  }

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
