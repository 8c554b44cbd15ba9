package io.breakwater.gateway.connection;

import static io.breakwater.gateway.connection.MachineFixture.ANN;
import static io.breakwater.gateway.connection.MachineFixture.BOB;
import static io.breakwater.gateway.connection.MachineFixture.NEIGHBOUR;
import static io.breakwater.gateway.connection.MachineFixture.THERE;
import static io.breakwater.gateway.connection.MachineFixture.ack;
import static io.breakwater.gateway.connection.MachineFixture.attachedAs;
import static io.breakwater.gateway.connection.MachineFixture.closes;
import static io.breakwater.gateway.connection.MachineFixture.detaches;
import static io.breakwater.gateway.connection.MachineFixture.frame;
import static io.breakwater.gateway.connection.MachineFixture.hello;
import static io.breakwater.gateway.connection.MachineFixture.helloOf;
import static io.breakwater.gateway.connection.MachineFixture.linkDevice;
import static io.breakwater.gateway.connection.MachineFixture.lookUp;
import static io.breakwater.gateway.connection.MachineFixture.onlyToAny;
import static io.breakwater.gateway.connection.MachineFixture.onlyToHome;
import static io.breakwater.gateway.connection.MachineFixture.ping;
import static io.breakwater.gateway.connection.MachineFixture.received;
import static io.breakwater.gateway.connection.MachineFixture.revokeDevice;
import static io.breakwater.gateway.connection.MachineFixture.sendTo;
import static io.breakwater.gateway.connection.MachineFixture.signUp;
import static io.breakwater.gateway.connection.MachineFixture.sync;
import static io.breakwater.gateway.connection.MachineFixture.toClient;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.common.secret.Credentials;
import io.breakwater.gateway.rate.Limit;
import io.breakwater.gateway.rate.Rate;
import io.breakwater.gateway.rate.RateLimits;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.ServerFrame;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of what comes too fast. */
final class TooFastTest {
  private static final int SECOND = 1_000;

  private static MachineFixture limited(Limit limit, String rate) {
    return new MachineFixture(new RateLimits(Map.of(limit, Rate.parse(rate)), 8));
  }

  /** The answer to something too fast, which was counted as such. */
  private static ServerFrame answer(Limit limit, List<Output> outputs) {
    assertThat(outputs.getFirst()).isEqualTo(new Output.Exceeded(limit));
    assertThat(outputs).hasSize(2);
    return toClient(outputs).getFirst();
  }

  private static Error lastWord(Limit limit, List<Output> outputs) {
    assertThat(outputs).contains(new Output.Exceeded(limit));
    assertThat(closes(outputs)).isTrue();
    Error error = toClient(outputs).getFirst().getError();
    assertThat(error.getReason()).isEqualTo(Reason.RATE_LIMITED);
    assertThat(error.getDetail()).isEqualTo("rate: " + limit);
    assertThat(error.getRequest()).isZero();
    return error;
  }

  private static void assertRefused(ServerFrame answer, int minMs) {
    SendRefused refused = answer.getSendRefused();
    assertThat(refused.getReason()).isEqualTo(Reason.RATE_LIMITED);
    assertThat(refused.getFinal()).isFalse();
    // The time until the token is there, and a window of the gateway's own.
    assertThat(refused.getReturnAfterMs()).isBetween(minMs + 500, minMs + 2_000);
  }

  @Test
  void a_send_is_refused_with_a_time_and_taken_after_it() {
    MachineFixture life = limited(Limit.DEVICE_SENDS, "1/s:2").attached(1);
    onlyToHome(life.receive(frame(sendTo(BOB, 1))));
    onlyToHome(life.receive(frame(sendTo(NEIGHBOUR, 1))));

    ServerFrame answer = answer(Limit.DEVICE_SENDS, life.receive(frame(sendTo(BOB, 2))));
    assertRefused(answer, SECOND);
    assertThat(answer.getSendRefused().getClientId()).isEqualTo(2);
    assertThat(answer.getSendRefused().getTo().toByteArray()).isEqualTo(BOB.user().bytes());

    life.nowMs += SECOND;
    onlyToHome(life.receive(frame(sendTo(BOB, 2))));
  }

  @Test
  void sends_are_counted_in_bytes_as_they_came() {
    MachineFixture life = limited(Limit.DEVICE_PAYLOAD_BYTES, "1000/s:65536").attached(1);
    onlyToHome(life.on(new Input.Received(frame(sendTo(BOB, 1)), 65_000)));
    onlyToHome(life.on(new Input.Received(frame(sendTo(BOB, 2)), 536)));
    assertRefused(
        answer(
            Limit.DEVICE_PAYLOAD_BYTES, life.on(new Input.Received(frame(sendTo(BOB, 3)), 2_000))),
        2 * SECOND);
    life.nowMs += 2 * SECOND;
    onlyToHome(life.on(new Input.Received(frame(sendTo(BOB, 3)), 2_000)));
  }

  @Test
  void a_frame_that_is_no_send_costs_bytes_when_it_is_large() {
    MachineFixture life = limited(Limit.DEVICE_PAYLOAD_BYTES, "1000/s:65536").attached(1);
    for (int i = 1; i <= 100; i++) {
      onlyToHome(life.on(new Input.Received(ack(i), 1_024)));
    }
    onlyToHome(life.on(new Input.Received(ack(101), 65_536 + 1_024)));
    onlyToAny(life.on(new Input.Received(lookUp(1), 1_024)));
    Error refused =
        answer(Limit.DEVICE_PAYLOAD_BYTES, life.on(new Input.Received(lookUp(2), 2_024)))
            .getError();
    assertThat(refused.getRequest()).isEqualTo(2);
    assertThat(refused.getReturnAfterMs()).isBetween(1_500, 3_000);

    // A refusal cannot name this one.
    lastWord(Limit.DEVICE_PAYLOAD_BYTES, life.on(new Input.Received(ack(102), 1_025)));
  }

  @Test
  void a_large_frame_counts_as_several() {
    MachineFixture life = limited(Limit.DEVICE_FRAMES, "1/s:34").attached(1);
    onlyToHome(life.on(new Input.Received(frame(sendTo(BOB, 1)), 131_072)));
    lastWord(Limit.DEVICE_FRAMES, life.receive(ack(1)));
  }

  @Test
  void devices_of_an_account_share_its_rate_and_a_new_connection_does_not_fill_it() {
    MachineFixture life = limited(Limit.ACCOUNT_SENDS, "1/s:2").attached(1);
    onlyToHome(life.receive(frame(sendTo(BOB, 1))));
    ConnectionMachine other = new ConnectionMachine(10, life.rules, life.nowMs);
    other.on(received(hello(ANN)), life.nowMs);
    other.on(attachedAs(2), life.nowMs);
    onlyToHome(other.on(received(frame(sendTo(BOB, 1))), life.nowMs));

    assertRefused(
        answer(Limit.ACCOUNT_SENDS, other.on(received(frame(sendTo(BOB, 2))), life.nowMs)), SECOND);
    ConnectionMachine bob = new ConnectionMachine(11, life.rules, life.nowMs);
    bob.on(received(hello(BOB)), life.nowMs);
    bob.on(attachedAs(THERE, 3), life.nowMs);
    onlyToHome(bob.on(received(frame(sendTo(ANN, 1))), life.nowMs));
  }

  private static ConnectionMachine again(MachineFixture life, Credentials who) {
    ConnectionMachine machine = new ConnectionMachine(10, life.rules, life.nowMs);
    machine.on(received(hello(who)), life.nowMs);
    machine.on(attachedAs(life.homes.homeOf(who.user()).orElseThrow(), 2), life.nowMs);
    return machine;
  }

  @Test
  void a_new_connection_does_not_fill_what_its_device_took() {
    MachineFixture life =
        new MachineFixture(
            new RateLimits(
                Map.of(
                    Limit.DEVICE_LOOK_UPS, Rate.parse("1/s:1"),
                    Limit.DEVICE_LINKS, Rate.parse("1/s:1"),
                    Limit.DEVICE_PAYLOAD_BYTES, Rate.parse("1000/s:65536")),
                8));
    life.attached(1);
    onlyToAny(life.receive(lookUp(1)));
    onlyToHome(life.receive(linkDevice(2)));
    onlyToHome(life.on(new Input.Received(frame(sendTo(BOB, 1)), 65_536)));

    ConnectionMachine anew = again(life, ANN);
    answer(Limit.DEVICE_LOOK_UPS, anew.on(received(lookUp(3)), life.nowMs));
    answer(Limit.DEVICE_LINKS, anew.on(received(revokeDevice(4)), life.nowMs));
    assertRefused(
        answer(
            Limit.DEVICE_PAYLOAD_BYTES,
            anew.on(new Input.Received(frame(sendTo(BOB, 2)), 1_000), life.nowMs)),
        SECOND);

    ConnectionMachine other = again(life, BOB);
    onlyToAny(other.on(received(lookUp(5)), life.nowMs));
    onlyToHome(other.on(received(linkDevice(6)), life.nowMs));
    onlyToHome(other.on(new Input.Received(frame(sendTo(ANN, 1)), 65_536), life.nowMs));
  }

  @Test
  void a_send_that_its_account_may_not_make_costs_its_device_no_bytes() {
    MachineFixture life =
        new MachineFixture(
            new RateLimits(
                Map.of(
                    Limit.ACCOUNT_SENDS, Rate.parse("1/s:1"),
                    Limit.DEVICE_PAYLOAD_BYTES, Rate.parse("1/s:65536")),
                8));
    life.attached(1);
    onlyToHome(life.on(new Input.Received(frame(sendTo(BOB, 1)), 36)));
    answer(Limit.ACCOUNT_SENDS, life.on(new Input.Received(frame(sendTo(BOB, 2)), 60_000)));
    life.nowMs += SECOND;
    onlyToHome(life.on(new Input.Received(frame(sendTo(BOB, 2)), 65_500)));
  }

  @Test
  void requests_are_refused_by_their_number() {
    MachineFixture life = limited(Limit.DEVICE_LOOK_UPS, "1/s:1").attached(1);
    onlyToAny(life.receive(lookUp(1)));
    Error error = answer(Limit.DEVICE_LOOK_UPS, life.receive(lookUp(2))).getError();
    assertThat(error.getReason()).isEqualTo(Reason.RATE_LIMITED);
    assertThat(error.getRequest()).isEqualTo(2);
    assertThat(error.getReturnAfterMs()).isBetween(1_500, 3_000);

    life = limited(Limit.DEVICE_LINKS, "1/s:2").attached(1);
    onlyToHome(life.receive(linkDevice(1)));
    onlyToHome(life.receive(revokeDevice(2)));
    assertThat(answer(Limit.DEVICE_LINKS, life.receive(linkDevice(3))).getError().getRequest())
        .isEqualTo(3);
    assertThat(answer(Limit.DEVICE_LINKS, life.receive(revokeDevice(4))).getError().getRequest())
        .isEqualTo(4);
  }

  @Test
  void pings_are_answered_without_asking_the_home() {
    MachineFixture life = limited(Limit.DEVICE_PINGS, "1/s:1").attached(1);
    onlyToHome(life.receive(ping()));
    ServerFrame pong = answer(Limit.DEVICE_PINGS, life.receive(ping()));
    assertThat(pong.getPong().getServerTimeMs()).isEqualTo(MachineFixture.WALL_MS);
    assertThat(pong.getPong().getMailboxHead()).isZero();
  }

  @Test
  void a_sync_waits_and_the_newest_goes_on_when_it_may() {
    MachineFixture life = limited(Limit.DEVICE_SYNCS, "1/s:1").attached(1);
    onlyToHome(life.receive(sync(1)));
    assertThat(life.receive(sync(2))).containsExactly(new Output.Exceeded(Limit.DEVICE_SYNCS));
    assertThat(life.receive(sync(3))).containsExactly(new Output.Exceeded(Limit.DEVICE_SYNCS));
    assertThat(life.after(SECOND - 1)).isEmpty();
    assertThat(onlyToHome(life.after(1)).getSync().getCursor().getEntryId()).isEqualTo(3);
    assertThat(life.after(SECOND)).isEmpty();
  }

  @Test
  void a_flood_of_frames_ends_the_connection_with_a_time() {
    MachineFixture life = limited(Limit.DEVICE_FRAMES, "1/s:3").attached(1);
    onlyToHome(life.receive(ack(1)));
    life.on(new Input.Sign());

    List<Output> outputs = life.receive(ack(2));
    assertThat(lastWord(Limit.DEVICE_FRAMES, outputs).getReturnAfterMs()).isBetween(1_500, 3_000);
    assertThat(detaches(outputs)).hasSize(1);
    assertThat(life.receive(ack(3))).isEmpty();
    assertThat(life.on(new Input.Sign())).isEmpty();
  }

  @Test
  void parts_and_pings_of_a_transport_count_as_frames() {
    MachineFixture life = limited(Limit.DEVICE_FRAMES, "1/s:2");
    assertThat(life.on(new Input.Sign())).isEmpty();
    assertThat(life.on(new Input.Sign())).isEmpty();
    lastWord(Limit.DEVICE_FRAMES, life.on(new Input.Sign()));
  }

  @Test
  void a_hello_too_many_from_its_address_is_told_when_to_come_back_and_no_home_is_asked() {
    MachineFixture life = limited(Limit.ADDRESS_HELLOS, "1/s:1");
    ConnectionMachine earlier = new ConnectionMachine(10, life.rules, life.nowMs);
    earlier.comesFrom(7);
    onlyToHome(earlier.on(received(hello(BOB)), life.nowMs));

    life.machine.comesFrom(7);
    List<Output> outputs = life.receive(hello(ANN));
    assertThat(lastWord(Limit.ADDRESS_HELLOS, outputs).getReturnAfterMs()).isBetween(1_500, 3_000);
    assertThat(outputs).noneMatch(Output.ToHome.class::isInstance);
  }

  @Test
  void a_forged_hello_costs_its_address_more_than_a_good_one() {
    MachineFixture life = limited(Limit.ADDRESS_HELLOS, "1/s:5");
    ConnectionMachine forger = new ConnectionMachine(10, life.rules, life.nowMs);
    forger.comesFrom(7);
    List<Output> outputs =
        forger.on(
            received(frame(helloOf(BOB).setToken(ByteString.copyFrom(new byte[48])))), life.nowMs);
    assertThat(toClient(outputs).getFirst().getError().getReason())
        .isEqualTo(Reason.UNAUTHENTICATED);
    life.machine.comesFrom(7);
    lastWord(Limit.ADDRESS_HELLOS, life.receive(hello(ANN)));
  }

  @Test
  void a_sign_up_too_many_from_its_address_is_told_when_to_come_back() {
    MachineFixture life = limited(Limit.ADDRESS_SIGN_UPS, "1/s:2");
    life.machine.comesFrom(7);
    onlyToAny(life.receive(signUp()));
    onlyToAny(life.receive(signUp()));
    lastWord(Limit.ADDRESS_SIGN_UPS, life.receive(signUp()));
  }

  @Test
  void an_address_that_is_exempt_is_not_limited() {
    MachineFixture life = limited(Limit.ADDRESS_SIGN_UPS, "1/s:1");
    for (int i = 0; i < 100; i++) {
      onlyToAny(life.receive(signUp()));
    }
  }

  @Test
  void what_is_not_allowed_before_hello_costs_nobody_anything() {
    MachineFixture life = limited(Limit.ACCOUNT_SENDS, "1/s:1");
    for (int i = 0; i < 3; i++) {
      ConnectionMachine stranger = new ConnectionMachine(10 + i, life.rules, life.nowMs);
      List<Output> outputs = stranger.on(received(frame(sendTo(BOB, 1))), life.nowMs);
      assertThat(toClient(outputs).getFirst().getError().getReason()).isEqualTo(Reason.MALFORMED);
      assertThat(closes(outputs)).isTrue();
    }
  }
}
