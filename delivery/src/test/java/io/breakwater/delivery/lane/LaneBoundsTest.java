package io.breakwater.delivery.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import io.breakwater.common.secret.Credentials;
import io.breakwater.delivery.lane.Bench.Kind;
import io.breakwater.delivery.lane.Bench.Member;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.Ended;
import io.breakwater.proto.trunk.SendFrom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a lane holds for others is bounded, and at the bound nothing is lost (P9). */
class LaneBoundsTest {
  private static final long PHONE = 1;

  private final Bench bench = new Bench();
  private final Member alice = bench.signUp();
  private final Member bob = bench.signUp();

  private void sendInOrder(long from, long to) {
    for (long clientId = from; clientId <= to; clientId++) {
      bench.send(alice, bob.user(), clientId, clientId == 1 ? 0 : clientId - 1);
    }
  }

  // ---- inputs that wait for a read

  @Test
  void refuses_sends_beyond_the_bytes_that_may_wait_for_a_read() {
    bench.hold(Kind.DEVICES_READ);

    for (long clientId = 1; clientId <= 3; clientId++) {
      sendBytes(clientId, 400);
    }

    // Whole frames: their payloads and some more.
    assertThat(bench.lane.stats().waitingBytes).isBetween(800L, 1_000L);
    assertThat(bench.answer(alice).getSendRefused())
        .returns(3L, refused -> refused.getClientId())
        .returns(Reason.UNAVAILABLE, refused -> refused.getReason())
        .satisfies(refused -> assertThat(refused.getReturnAfterMs()).isPositive());
    bench.release(Kind.DEVICES_READ);
    assertThat(bench.lane.stats().waitingBytes).isZero();
    assertThat(bench.lane.stats().accepted).isEqualTo(2);
  }

  @Test
  void a_read_that_is_refused_for_its_bytes_is_not_begun() {
    bench.hold(Kind.DEVICES_READ);
    sendBytes(1, 900);
    Member carol = bench.signUp();

    bench.send(alice, carol.user(), Send.newBuilder().setClientId(1));
    assertThat(bench.heldAnswers(Kind.DEVICES_READ)).isEqualTo(2);
    sendBytes(2, 900);

    assertThat(bench.heldAnswers(Kind.DEVICES_READ)).isEqualTo(2);
    assertThat(bench.answer(alice).getSendRefused().getClientId()).isEqualTo(2);
  }

  /** Nobody could be told of it when the read is there, and what a lane throws ends its process. */
  @Test
  void what_a_gateway_should_have_refused_is_refused_before_it_waits() {
    bench.hold(Kind.DEVICES_READ);
    Send good = Send.newBuilder().setClientId(2).setPrev(1).build();
    List<Send> wrong =
        List.of(
            good.toBuilder().setClientId(0).build(),
            good.toBuilder().setClientId(-1).build(),
            good.toBuilder().setPrev(2).build(),
            good.toBuilder().setPrev(-1).build(),
            good.toBuilder().setAfter(ByteString.copyFrom(new byte[5])).build(),
            good.toBuilder().setPayload(ByteString.copyFrom(new byte[65_537])).build());

    for (Send each : wrong) {
      SendFrom frame =
          SendFrom.newBuilder()
              .setSender(ByteString.copyFrom(alice.user().bytes()))
              .setSend(each)
              .build();
      assertThatIllegalArgumentException()
          .as("%s", each)
          .isThrownBy(() -> bench.lane.send(Bench.TRUNK, PHONE, 0, bob.user(), frame));
    }

    assertThat(bench.heldAnswers(Kind.DEVICES_READ)).isZero();
    assertThat(bench.lane.stats().waitingBytes).isZero();
  }

  private void sendBytes(long clientId, int bytes) {
    SendFrom frame =
        SendFrom.newBuilder()
            .setSender(ByteString.copyFrom(alice.user().bytes()))
            .setDevice(alice.device().value())
            .setSend(
                Send.newBuilder()
                    .setClientId(clientId)
                    .setTo(ByteString.copyFrom(bob.user().bytes()))
                    .setFirstTriedMs(bench.wallMs())
                    .setPayload(ByteString.copyFrom(new byte[bytes])))
            .build();
    bench.input(() -> bench.lane.send(Bench.TRUNK, alice.device().value(), 0, bob.user(), frame));
  }

  // ---- origins

  @Test
  void keeps_few_origins_of_each_sender_while_there_are_many_in_all_and_looks_the_rest_up() {
    List<Member> senders = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      senders.add(bench.signUp());
    }
    for (Member sender : senders) {
      for (long clientId = 1; clientId <= 20; clientId++) {
        bench.send(sender, bob.user(), clientId, clientId - 1);
        bench.pass(clientId % 5 == 0 ? 2_500 : 0);
      }
    }

    // 40 are the most in all: the first two have all of theirs, the others the few that are kept.
    assertThat(bench.lane.stats().knownOrigins).isLessThanOrEqualTo(40 + 4 * 9);
    bench.frames.clear();
    long lookupsBefore = bench.lane.stats().originLookups;

    bench.send(senders.get(4), bob.user(), Send.newBuilder().setClientId(2).setRetry(true));

    assertThat(bench.lane.stats().originLookups).isEqualTo(lookupsBefore + 1);
    assertThat(bench.answer(senders.get(4)).hasSent()).isTrue();
    assertThat(bench.lane.stats().accepted).isEqualTo(100);
  }

  @Test
  void forgets_origins_that_nobody_used_while_there_are_many_in_all() {
    sendInOrder(1, 60);
    bench.pass(6_000);
    for (long clientId = 61; clientId <= 90; clientId += 10) {
      sendInOrder(clientId, clientId + 9);
      bench.pass(6_000);
    }

    bench.pass(70_000);

    assertThat(bench.lane.stats().knownOrigins).isLessThanOrEqualTo(40);
  }

  @Test
  void does_not_read_a_stream_further_back_than_a_client_may_ask_for() {
    for (long clientId = 1; clientId <= 700; clientId++) {
      bench.send(alice, bob.user(), clientId, clientId - 1);
      bench.pass(clientId % 5 == 0 ? 2_500 : 0);
    }
    bench.pass(70_000);
    bench.frames.clear();
    long lookupsBefore = bench.lane.stats().originLookups;

    bench.send(
        alice, bob.user(), Send.newBuilder().setClientId(1).setRetry(true).setFirstTriedMs(1));

    assertThat(bench.lane.stats().originLookups).isEqualTo(lookupsBefore + 1);
    assertThat(bench.answer(alice).getSendRefused())
        .returns(false, refused -> refused.getFinal())
        .returns(Reason.UNAVAILABLE, refused -> refused.getReason());
    assertThat(bench.lane.stats().knownOrigins).isLessThanOrEqualTo(LaneLimits.KNOWN_ORIGINS);
  }

  // ---- devices

  @Test
  void keeps_at_most_a_hundred_rows_of_devices_those_signed_out_too() {
    bench.attach(bob, PHONE, 0);
    for (int i = 0; i < LaneLimits.DEVICE_ROWS - 1; i++) {
      Credentials device = linkOnce();
      bench.input(() -> bench.lane.revoke(Bench.TRUNK, PHONE, bob.user(), 9, device.device()));
    }
    bench.frames.clear();

    linkOnce();

    assertThat(bench.relayed(PHONE))
        .singleElement()
        .extracting(ServerFrame::getError)
        .returns(Reason.TOO_MANY_DEVICES, error -> error.getReason())
        .returns(
            "devices, those signed out too: 100 (expected: below 100)", error -> error.getDetail());
  }

  private Credentials linkOnce() {
    Credentials device = bench.mint.link(bob.user(), bench.secret());
    bench.input(() -> bench.lane.link(Bench.TRUNK, PHONE, bob.user(), 8, device));
    return device;
  }

  @Test
  void a_device_counts_when_a_write_of_its_row_failed_that_may_have_succeeded() {
    bench.attach(bob, PHONE, 0);
    Credentials tablet = bench.mint.link(bob.user(), bench.secret());
    bench.hold(Kind.DEVICE);
    bench.input(() -> bench.lane.link(Bench.TRUNK, PHONE, bob.user(), 1, tablet));
    bench.input(() -> bench.lane.link(Bench.TRUNK, PHONE, bob.user(), 2, tablet));
    bench.failDevice();
    bench.send(alice, bob.user(), 1, 0);
    bench.ack(bob, PHONE, bench.entries(PHONE).getLast().getEntryId());
    bench.release(Kind.DEVICE);

    bench.attach(new Member(tablet), 2, 0);

    assertThat(bench.entries(2))
        .filteredOn(Entry::hasMessage)
        .extracting(entry -> entry.getMessage().getClientId())
        .containsExactly(1L);
  }

  @Test
  void a_mailbox_of_which_a_device_is_being_revoked_is_not_forgotten() {
    Member tablet = bench.anotherDevice(bob);
    bench.attach(bob, PHONE, 0);
    bench.hold(Kind.DEVICE);
    bench.input(() -> bench.lane.revoke(Bench.TRUNK, PHONE, bob.user(), 9, tablet.device()));
    bench.input(() -> bench.lane.trunkClosed(Bench.TRUNK));
    for (int others = 0; others < 120; others++) {
      bench.send(alice, bench.signUp().user(), 1, 0);
    }
    bench.pass(LaneLimits.FORGET_AFTER_MS + 1_000);
    long later = Bench.TRUNK + 1;
    bench.attachThrough(later, tablet, 2, 0, 0);

    bench.release(Kind.DEVICE);

    assertThat(bench.take(2))
        .anySatisfy(
            frame -> assertThat(frame.getEnded().getCause()).isEqualTo(Ended.Cause.REVOKED));
  }

  // ---- sessions

  @Test
  void asks_a_silent_device_again_ever_less_often() {
    bench.attach(bob, PHONE, 0);
    bench.send(alice, bob.user(), 1, 0);
    bench.take(PHONE);

    List<Long> after = new ArrayList<>();
    long sinceMs = bench.wallMs();
    while (after.size() < 5) {
      bench.pass(100);
      if (!bench.delivered(PHONE).isEmpty()) {
        after.add((bench.wallMs() - sinceMs) / 1_000);
        sinceMs = bench.wallMs();
      }
    }

    assertThat(after).containsExactly(1L, 2L, 4L, 4L, 4L);
  }

  @Test
  void a_late_acknowledgement_of_what_came_before_a_redelivery_is_not_fed_again() {
    bench.attach(bob, PHONE, 0);
    sendInOrder(1, 4);
    List<Entry> first = bench.entries(PHONE);
    bench.pass(1_100);
    assertThat(bench.delivered(PHONE)).isEqualTo(LongStream.rangeClosed(1, 4).boxed().toList());

    bench.ack(bob, PHONE, first.getLast().getEntryId());
    sendInOrder(5, 5);

    assertThat(bench.delivered(PHONE)).containsExactly(5L);
  }

  @Test
  void does_not_feed_sessions_of_a_trunk_that_is_not_read_but_answers() {
    bench.attach(bob, PHONE, 0);
    bench.take(PHONE);
    bench.trunkHasRoom = false;

    bench.send(alice, bob.user(), 1, 0);

    assertThat(bench.delivered(PHONE)).isEmpty();
    assertThat(bench.answer(alice).hasSent()).isTrue();
    assertThat(bench.lane.stats().heldBack).isPositive();
    bench.trunkHasRoom = true;
    bench.pass(200);
    assertThat(bench.delivered(PHONE)).containsExactly(1L);
  }
}
