package io.breakwater.delivery.lane;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.secret.Credentials;
import io.breakwater.delivery.lane.Bench.Kind;
import io.breakwater.delivery.lane.Bench.Member;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.SyncFrom;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A client that asks again and again costs no more than its share (P9). */
final class LaneFloodTest {
  private static final long PHONE = 1;

  private final Bench bench = new Bench();
  private final Member alice = bench.signUp();
  private final Member bob = bench.signUp();

  private void sync() {
    SyncFrom sync =
        SyncFrom.newBuilder()
            .setDevice(bob.device().value())
            .setCursor(Cursor.getDefaultInstance())
            .build();
    bench.input(() -> bench.lane.sync(Bench.TRUNK, PHONE, bob.user(), sync));
  }

  private void storeFor(Member recipient, int messages) {
    for (long clientId = 1; clientId <= messages; clientId++) {
      bench.send(alice, recipient.user(), clientId, clientId - 1);
    }
    bench.pass(5_000);
  }

  @Test
  void a_session_has_one_read_of_rows_under_way_however_often_it_syncs() {
    storeFor(bob, 3);
    bench.attach(bob, PHONE, 0);
    bench.pass(2_000);
    bench.hold(Kind.MAILBOX_READ);

    for (int times = 0; times < 100; times++) {
      sync();
      bench.pass(500);
    }

    assertThat(bench.heldAnswers(Kind.MAILBOX_READ)).isEqualTo(1);
  }

  @Test
  void what_a_read_brings_that_began_before_a_sync_is_not_taken_for_what_comes_after_it() {
    storeFor(bob, 3);
    bench.hold(Kind.MAILBOX_READ);
    bench.attach(bob, PHONE, 0);
    sync();
    assertThat(bench.delivered(PHONE)).isEmpty();

    bench.release(Kind.MAILBOX_READ);

    assertThat(bench.delivered(PHONE)).containsExactly(1L, 2L, 3L);
  }

  @Test
  void syncs_in_a_row_deliver_once_and_once_more_when_a_second_has_passed() {
    bench.attach(bob, PHONE, 0);
    bench.send(alice, bob.user(), 1, 0);
    assertThat(bench.delivered(PHONE)).containsExactly(1L);

    for (int times = 0; times < 50; times++) {
      sync();
    }
    assertThat(bench.delivered(PHONE)).containsExactly(1L);

    bench.pass(900);
    assertThat(bench.delivered(PHONE)).isEmpty();
    bench.pass(200);
    List<ServerFrame> later = bench.relayed(PHONE);
    assertThat(later).filteredOn(ServerFrame::hasDeliver).hasSize(1);
    assertThat(later).filteredOn(ServerFrame::hasSynced).hasSize(1);
  }

  @Test
  void a_user_has_few_changes_of_devices_under_way_and_is_told_when_to_ask_again() {
    bench.attach(bob, PHONE, 0);
    bench.relayed(PHONE);
    bench.hold(Kind.DEVICE);
    Credentials linked = bench.mint.link(bob.user(), bench.secret());

    for (int request = 1; request <= 6; request++) {
      int number = request;
      bench.input(() -> bench.lane.link(Bench.TRUNK, PHONE, bob.user(), number, linked));
      bench.input(
          () -> bench.lane.revoke(Bench.TRUNK, PHONE, bob.user(), 100 + number, linked.device()));
    }

    assertThat(bench.heldAnswers(Kind.DEVICE)).isEqualTo(LaneLimits.DEVICE_CHANGES);
    assertThat(bench.relayed(PHONE))
        .hasSize(12 - LaneLimits.DEVICE_CHANGES)
        .allSatisfy(
            frame -> {
              assertThat(frame.getError().getReason()).isEqualTo(Reason.OVERLOADED);
              assertThat(frame.getError().getReturnAfterMs()).isPositive();
            });
    bench.release(Kind.DEVICE);
    assertThat(bench.relayed(PHONE))
        .filteredOn(frame -> frame.hasDeviceLinked() || frame.hasDeviceRevoked())
        .hasSize(LaneLimits.DEVICE_CHANGES);
    bench.input(() -> bench.lane.link(Bench.TRUNK, PHONE, bob.user(), 99, bob.credentials()));
    assertThat(bench.relayed(PHONE)).filteredOn(ServerFrame::hasDeviceLinked).hasSize(1);
  }

  @Test
  void settling_batches_under_way_are_as_few_for_large_entries() {
    storeFor(bob, 1);
    bench.hold(Kind.HISTORY_ROWS);
    bench.hold(Kind.MAILBOX_ROWS);

    // Each is more than a batch may have, and there is room for them in the tail.
    for (long clientId = 2; clientId <= 4; clientId++) {
      bench.sendFirst(
          alice,
          bob.user(),
          Send.newBuilder()
              .setClientId(clientId)
              .setPayload(ByteString.copyFrom(new byte[10_000])));
    }
    bench.pass(3_000);

    assertThat(bench.lane.stats().accepted).isEqualTo(4);
    // One more is kept for what failed, and one for leaves.
    assertThat(bench.heldAnswers(Kind.HISTORY_ROWS) + bench.heldAnswers(Kind.MAILBOX_ROWS))
        .isEqualTo(bench.limits.settleInFlight() - 2);
  }

  @Test
  void a_settled_entry_lets_go_of_its_payload_and_still_counts_what_it_counted() {
    LaneState state =
        new LaneState(
            bench, bench.limits, EnumSet.allOf(Rule.class), new IncarnationId(1, 2), 1, 1_000);
    TailEntry entry =
        new TailEntry(
            new Mailbox(bob.user(), state),
            1,
            bench.wallMs(),
            io.breakwater.proto.journal.Kind.COPY,
            ByteString.copyFrom(new byte[1_000]),
            null);
    int size = entry.size();

    entry.markSettled();

    assertThat(entry.bytes()).isEmpty();
    assertThat(entry.size()).isEqualTo(size).isGreaterThan(1_000);
  }
}
