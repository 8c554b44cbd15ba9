package io.breakwater.gateway.accept;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The production class and a crowd of ten times what the gateway can take, who give up after 10 s
 * and come again.
 */
final class AcceptSimulationTest {
  private static final AcceptLimits LIMITS = new AcceptLimits(8_192, 1_024, 0);
  private static final int MS = 20_000;
  private static final Crowd.Gateway SMALL = new Crowd.Gateway(0.3, 1.2, 0.03, 0.05, true);
  private static final Crowd.Gateway LARGE = new Crowd.Gateway(0.3, 1.2, 0.03, 1, true);

  private static Crowd crowd(Crowd.Gateway gateway, double rttMs, boolean isControlled) {
    Crowd crowd = new Crowd(gateway, rttMs, LIMITS, isControlled);
    crowd.come(10 * gateway.capacity(), MS);
    crowd.talk(20, 0.05, MS);
    crowd.run(MS);
    return crowd;
  }

  private static double goodput(Crowd crowd, Crowd.Gateway gateway) {
    return crowd.welcomed / (gateway.capacity() * MS / 1_000);
  }

  @ParameterizedTest
  @CsvSource({
    // Handshake, hello, accept, part of a processor, round trip of clients. With TLS, and plain.
    "0.3, 1.2, 0.03, 0.05,   1",
    "0.3, 1.2, 0.03, 0.05, 100",
    "0.3, 1.2, 0.03,  0.3, 100",
    "0.3, 1.2, 0.03,    1,   1",
    "0.3, 1.2, 0.03,    1, 200",
    "0.3,   0, 0.03,  0.3,   1",
  })
  void goodput_stays_at_nine_tenths_of_what_the_gateway_can_take(
      double handshakeMs, double helloMs, double acceptMs, double quota, double rttMs) {
    Crowd.Gateway gateway = new Crowd.Gateway(handshakeMs, helloMs, acceptMs, quota, true);
    assertThat(goodput(crowd(gateway, rttMs, true), gateway)).isGreaterThan(0.9);
  }

  @Test
  void without_control_it_collapses() {
    assertThat(goodput(crowd(SMALL, 1, false), SMALL)).isLessThan(0.4);
  }

  @Test
  void who_is_there_already_does_not_wait_behind_the_crowd() {
    assertThat(crowd(LARGE, 50, true).meanWait()).isLessThan(40);
    assertThat(crowd(LARGE, 50, false).meanWait()).isGreaterThan(1_000);
  }
}
