package io.breakwater.gateway.connection;

import static io.breakwater.gateway.connection.MachineFixture.ANN;
import static io.breakwater.gateway.connection.MachineFixture.BOB;
import static io.breakwater.gateway.connection.MachineFixture.HERE;
import static io.breakwater.gateway.connection.MachineFixture.frame;
import static io.breakwater.gateway.connection.MachineFixture.hello;
import static io.breakwater.gateway.connection.MachineFixture.onlyToClient;
import static io.breakwater.gateway.connection.MachineFixture.onlyToHome;
import static io.breakwater.gateway.connection.MachineFixture.received;
import static io.breakwater.gateway.connection.MachineFixture.refusedFor;
import static io.breakwater.gateway.connection.MachineFixture.sendTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Clients that are refused come back no faster than they can be taken; virtual time. */
final class ComingBackTest {
  private final MachineFixture life = new MachineFixture();

  /** Connections a second, as is assumed before anything is measured. */
  private static final int TAKEN = 500;

  @Test
  void connections_that_a_home_has_no_time_for_come_back_no_faster_than_they_are_taken() {
    int[] arrivals = new int[600];
    for (int i = 0; i < 25_000; i++) {
      ConnectionMachine one = new ConnectionMachine(i + 1, life.rules, life.nowMs);
      one.on(received(hello(ANN)), life.nowMs);
      int afterMs =
          one.on(refusedFor(Reason.OVERLOADED, 1), life.nowMs).stream()
              .filter(Output.ToClient.class::isInstance)
              .mapToInt(each -> ((Output.ToClient) each).frame().getError().getReturnAfterMs())
              .sum();
      arrivals[afterMs / 1_000]++;
    }
    assertThat(Arrays.stream(arrivals).max().orElseThrow()).isLessThanOrEqualTo(TAKEN);
    assertThat(Arrays.stream(arrivals, 5, 60).average().orElseThrow()).isBetween(235.0, 265.0);
  }

  @Test
  void strangers_for_whose_frames_there_is_no_room_send_nobody_away_for_longer() {
    for (int i = 0; i < 25_000; i++) {
      ConnectionMachine one = new ConnectionMachine(i + 1, life.rules, life.nowMs);
      assertThat(lastWord(one.on(new Input.Crowded(4_000), life.nowMs)).getReturnAfterMs())
          .isBetween(500, 2_000);
    }
    life.receive(hello(ANN));
    assertThat(lastWord(life.on(refusedFor(Reason.OVERLOADED, 1))).getReturnAfterMs())
        .isBetween(500, 2_000);
  }

  @Test
  void strangers_who_are_late_or_malformed_send_nobody_away_for_longer() {
    for (int i = 0; i < 25_000; i++) {
      ConnectionMachine late = new ConnectionMachine(i + 1, life.rules, life.nowMs);
      Input sweep = new Input.Swept(Input.Swept.NO_FRAME);
      assertThat(lastWord(late.on(sweep, life.nowMs + 8_000)).getReturnAfterMs())
          .isBetween(500, 2_000);
      ConnectionMachine malformed = new ConnectionMachine(i + 1, life.rules, life.nowMs);
      Error told = lastWord(malformed.on(new Input.Unreadable("no frame"), life.nowMs));
      assertThat(told.getReturnAfterMs()).isBetween(30_500, 32_000);
    }
  }

  /** What sessions hear of something that happens to all of them, so long after they attached. */
  private void assertAreSpread(Input input, long afterMs, int leastMs) {
    int[] arrivals = new int[700];
    for (int i = 0; i < 25_000; i++) {
      MachineFixture session = new MachineFixture(life.rules);
      session.attached(1);
      session.nowMs += afterMs;
      int toldMs = lastWord(session.on(input)).getReturnAfterMs();
      assertThat(toldMs).isGreaterThanOrEqualTo(leastMs);
      arrivals[toldMs / 1_000]++;
    }
    assertThat(Arrays.stream(arrivals).max().orElseThrow()).isLessThanOrEqualTo(TAKEN);
  }

  @Test
  void sessions_that_are_malformed_all_at_once_come_back_no_faster_than_they_are_taken() {
    assertAreSpread(new Input.Unreadable("no frame"), 0, 30_000);
  }

  @Test
  void so_do_sessions_whose_frames_are_never_whole() {
    assertAreSpread(new Input.Swept(life.nowMs), 60_000, 500);
  }

  @Test
  void sessions_that_are_merely_silent_send_nobody_away_for_longer() {
    Input sweep = new Input.Swept(Input.Swept.NO_FRAME);
    for (int i = 0; i < 25_000; i++) {
      MachineFixture session = new MachineFixture(life.rules);
      session.attached(1);
      session.nowMs += 900_000;
      assertThat(lastWord(session.on(sweep)).getReturnAfterMs()).isBetween(500, 2_000);
    }
  }

  private static Error lastWord(List<Output> outputs) {
    return outputs.stream()
        .filter(Output.ToClient.class::isInstance)
        .map(each -> ((Output.ToClient) each).frame().getError())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_home_that_asks_for_more_time_gets_it() {
    life.receive(hello(ANN));
    Error last = lastWord(life.on(refusedFor(Reason.OVERLOADED, 90_000)));
    assertThat(last.getReturnAfterMs()).isEqualTo(90_000);
  }

  @Test
  void messages_of_many_are_spread_and_one_client_counts_once() {
    int latest = 0;
    for (int i = 0; i < 4_000; i++) {
      latest = Math.max(latest, refusedSend());
    }
    assertThat(latest).isLessThanOrEqualTo(2_000);
    for (int i = 0; i < 4_000; i++) {
      MachineFixture other = new MachineFixture(life.rules);
      latest = Math.max(latest, refusedSend(other));
    }
    // 4,000 at 500 a second need 8 s.
    assertThat(latest).isBetween(8_000, 16_500);
  }

  private int refusedSend() {
    return refusedSend(life);
  }

  private static int refusedSend(MachineFixture of) {
    if (!of.machine.isAttached()) {
      of.attached(1);
    }
    GatewayFrame forwarded = onlyToHome(of.receive(frame(sendTo(BOB, 7))));
    return onlyToClient(of.on(new Input.NotForwarded(forwarded)))
        .getSendRefused()
        .getReturnAfterMs();
  }

  @Test
  void a_message_that_a_home_refuses_for_now_is_spread_as_others_are() throws Exception {
    life.attached(1);
    ByteString asked = refusal(Reason.OVERLOADED, false, 1);
    ServerFrame said = ServerFrame.parseFrom(life.machine.relayed(asked, life.nowMs));
    assertThat(said.getSendRefused().getReturnAfterMs()).isBetween(500, 2_000);
    assertThat(said.getSendRefused().getClientId()).isEqualTo(7);
    ByteString later = refusal(Reason.UNAVAILABLE, false, 60_000);
    assertThat(life.machine.relayed(later, life.nowMs)).isSameAs(later);
    ByteString forGood = refusal(Reason.NOT_FOUND, true, 0);
    assertThat(life.machine.relayed(forGood, life.nowMs)).isSameAs(forGood);
    ByteString other = ByteString.copyFrom(new byte[] {0x2a, 5});
    assertThat(life.machine.relayed(other, life.nowMs)).isSameAs(other);
    assertThat(life.machine.takesRelay(HERE, asked)).isTrue();
  }

  private static ByteString refusal(Reason reason, boolean isFinal, int returnAfterMs) {
    return ServerFrame.newBuilder()
        .setSendRefused(
            SendRefused.newBuilder()
                .setClientId(7)
                .setReason(reason)
                .setFinal(isFinal)
                .setReturnAfterMs(returnAfterMs))
        .build()
        .toByteString();
  }
}
