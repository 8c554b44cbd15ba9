package io.breakwater.delivery.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.Origin;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.lane.Rule;
import io.breakwater.proto.client.Deliver;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.Attached;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.storage.AccountStore.Device;
import io.breakwater.storage.MailboxStore.MailboxRow;
import java.util.EnumSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Histories that keep the promises, each with one thing changed that breaks one. */
class OracleTest {
  private static final long DAY_MS = 24L * 3600 * 1000;
  private static final UserId ALICE = new UserId(1, 1);
  private static final UserId BOB = new UserId(2, 2);
  private static final ByteString TEXT = ByteString.copyFromUtf8("text");
  private static final ByteString LINK = ByteString.copyFromUtf8("sixteen bytes...");

  private final World world =
      new World(
          1,
          new Dice(1),
          Plan.faultless(new Dice(1)),
          EnumSet.allOf(Rule.class),
          EnumSet.noneOf(Sabotage.class));
  private final Oracle oracle = world.oracle;
  private final Oracle.Reader sender = first(ALICE, 1);
  private final Oracle.Reader phone = first(BOB, 1);
  private final Oracle.Reader tablet = first(BOB, 2);

  private Oracle.Reader first(UserId user, int device) {
    Oracle.Reader reader = new Oracle.Reader(user, new DeviceId(device));
    oracle.ceilingRaised(1_000);
    oracle.reader(reader);
    return reader;
  }

  private Origin send(long clientId) {
    Origin origin = new Origin(ALICE, sender.device(), ConversationId.direct(ALICE, BOB), clientId);
    oracle.sent(new Oracle.Sending(origin, BOB, TEXT, MessageId.NONE, world.time.nowMs()));
    return origin;
  }

  private static MessageId id(Origin origin) {
    return MessageId.next(MessageId.NONE, World.BEGINNING_MS + origin.clientId(), 1);
  }

  private Entry keep(Origin origin, long entryId) {
    Entry entry =
        Entry.newBuilder()
            .setEntryId(entryId)
            .setTimeMs(world.wallMs())
            .setMessage(
                Message.newBuilder()
                    .setMessageId(ByteString.copyFrom(id(origin).bytes()))
                    .setConversation(ByteString.copyFrom(origin.conversation().bytes()))
                    .setSender(ByteString.copyFrom(origin.sender().bytes()))
                    .setSenderDevice(origin.device().value())
                    .setClientId(origin.clientId())
                    .setTo(ByteString.copyFrom(BOB.bytes()))
                    .setPayload(TEXT))
            .build();
    oracle.rowDurable(
        new MailboxRow(BOB, entryId, world.wallMs(), entry.toByteString().asReadOnlyByteBuffer()));
    oracle.originDurable(origin, id(origin));
    return entry;
  }

  private void receive(Oracle.Reader reader, long entryId, Origin origin) {
    oracle.received(reader, entryId, origin, id(origin), TEXT);
  }

  private void daysPass(int days) {
    world.leap(days);
  }

  private static void assertBreaks(Promise promise, ThrowingCallable history) {
    assertThatThrownBy(history)
        .isInstanceOfSatisfying(
            Violation.class, violation -> assertThat(violation.promise()).isEqualTo(promise));
  }

  private void assertIsFine() {
    assertThatCode(oracle::judge).doesNotThrowAnyException();
    assertThat(oracle.missing()).isEmpty();
  }

  // ---- unknown outcomes

  private Origin givenUp() {
    Origin origin = send(1);
    long firstTriedMs = world.wallMs();
    daysPass(8);
    oracle.givenUp(origin, firstTriedMs);
    return origin;
  }

  @Test
  void a_message_that_was_given_up_is_seen_by_all_or_none() {
    Origin origin = givenUp();
    assertIsFine();
    keep(origin, 5);
    receive(phone, 5, origin);
    assertBreaks(Promise.P2, oracle::judge);
    receive(tablet, 5, origin);
    assertIsFine();
  }

  @Test
  void a_message_that_was_given_up_is_not_two() {
    Origin origin = givenUp();
    keep(origin, 5);
    receive(phone, 5, origin);
    MessageId other = MessageId.next(id(origin), World.BEGINNING_MS + 99, 1);

    assertBreaks(Promise.P3, () -> oracle.received(tablet, 6, origin, other, TEXT));
  }

  @Test
  void a_message_is_not_given_up_early_nor_retried_late() {
    Origin origin = send(1);
    long firstTriedMs = world.wallMs();
    Send retry = Send.newBuilder().setClientId(1).setFirstTriedMs(firstTriedMs).build();
    daysPass(6);

    assertBreaks(Promise.P3, () -> oracle.givenUp(origin, firstTriedMs));
    oracle.retried(ALICE, BOB, retry);
    daysPass(2);
    assertBreaks(Promise.P3, () -> oracle.retried(ALICE, BOB, retry));
  }

  // ---- expiry

  @Test
  void a_device_that_misses_what_has_expired_was_told_so() {
    Origin origin = send(2);
    receive(tablet, 4, send(1));
    receive(phone, 4, send(1));
    keep(send(1), 4);
    keep(origin, 5);
    receive(tablet, 5, origin);
    oracle.accepted(send(1), id(send(1)));
    oracle.accepted(origin, id(origin));
    daysPass(32);

    assertBreaks(Promise.P2, oracle::judge);
    oracle.tooLong(phone, world.wallMs() - 30 * DAY_MS);
    assertIsFine();
  }

  @Test
  void a_device_that_was_told_too_long_gets_what_is_kept() {
    Origin origin = send(1);
    daysPass(17);
    keep(origin, 5);
    receive(tablet, 5, origin);
    oracle.accepted(origin, id(origin));
    daysPass(17);
    oracle.tooLong(phone, world.wallMs() - 30 * DAY_MS);

    assertBreaks(Promise.P2, oracle::judge);
    receive(phone, 5, origin);
    assertIsFine();
  }

  @Test
  void a_device_is_not_told_too_long_of_what_it_has_passed_or_what_is_kept() {
    Origin origin = send(1);
    keep(origin, 5);
    receive(tablet, 5, origin);
    Origin next = send(2);
    keep(next, 6);
    receive(tablet, 6, next);
    receive(phone, 6, next);
    oracle.accepted(origin, id(origin));
    oracle.accepted(next, id(next));
    assertBreaks(Promise.P2, () -> oracle.tooLong(phone, world.wallMs() - 20 * DAY_MS));
    daysPass(32);
    oracle.tooLong(phone, world.wallMs() - 30 * DAY_MS);

    // It is past the first message, which was lost before it could expire.
    assertBreaks(Promise.P2, oracle::judge);
  }

  // ---- devices

  @Test
  void a_device_drops_nothing_that_it_never_got() {
    Origin before = send(1);
    world.time.runUntil(1);
    Oracle.Reader watch = link(0);
    world.time.runUntil(2);

    assertBreaks(Promise.P2, () -> oracle.repeated(phone, before, id(before)));
    assertBreaks(Promise.P2, () -> oracle.repeated(watch, before, id(before)));
    receive(phone, 5, before);
    oracle.repeated(phone, before, id(before));
  }

  private Oracle.Reader link(long since) {
    Oracle.Reader watch = new Oracle.Reader(BOB, new DeviceId(3));
    oracle.devices.linkAsked(BOB, LINK, watch.device());
    oracle.devices.linkAnswered(BOB, LINK, watch.device());
    oracle.linkedReader(watch, since);
    return watch;
  }

  @Test
  void a_linked_device_gets_what_comes_after_its_position_and_nothing_else() {
    Origin before = send(1);
    Origin after = send(2);
    keep(before, 5);
    keep(after, 6);
    Oracle.Reader watch = link(5);
    for (Origin origin : new Origin[] {before, after}) {
      receive(phone, 4 + origin.clientId(), origin);
      receive(tablet, 4 + origin.clientId(), origin);
      oracle.accepted(origin, id(origin));
    }

    assertBreaks(Promise.P2, oracle::judge);
    assertBreaks(Promise.P4, () -> receive(watch, 5, before));
    receive(watch, 6, after);
    assertIsFine();
  }

  @Test
  void a_link_id_is_one_device() {
    link(0);

    oracle.devices.linkAnswered(BOB, LINK, new DeviceId(3));
    assertBreaks(Promise.DEVICES, () -> oracle.devices.linkAnswered(BOB, LINK, new DeviceId(4)));
  }

  @Test
  void a_user_has_at_most_ten_devices_and_may_have_ten() {
    for (int device = 3; device <= 10; device++) {
      assertBreaks(Promise.DEVICES, () -> oracle.devices.tooMany(BOB));
      linkAs(device);
    }
    oracle.devices.linkAsked(BOB, ByteString.copyFromUtf8("one more"), new DeviceId(11));
    oracle.devices.tooMany(BOB);
    assertBreaks(Promise.P9, () -> linkAs(11));
  }

  private void linkAs(int device) {
    Oracle.Reader reader = new Oracle.Reader(BOB, new DeviceId(device));
    oracle.devices.linkAsked(BOB, ByteString.copyFromUtf8("link " + device), reader.device());
    oracle.linkedReader(reader, 0);
  }

  @Test
  void a_device_that_was_signed_out_is_not_served() {
    Entry entry = keep(send(1), 5);
    DeliveryFrame attached =
        DeliveryFrame.newBuilder().setAttached(Attached.getDefaultInstance()).build();
    DeliveryFrame relay =
        DeliveryFrame.newBuilder()
            .setRelay(
                ServerFrame.newBuilder()
                    .setDeliver(Deliver.newBuilder().addEntries(entry))
                    .build()
                    .toByteString())
            .build();
    oracle.devices.revokeAsked(phone);
    oracle.served(phone, attached, true);
    oracle.served(phone, relay, true);
    oracle.devices.revoked(phone);

    assertBreaks(Promise.DEVICES, () -> oracle.served(phone, attached, true));
    assertBreaks(Promise.DEVICES, () -> oracle.served(phone, relay, true));
    // A home that was replaced and does not know it yet may repeat what was there before.
    oracle.served(phone, relay, false);
    oracle.served(tablet, relay, true);
  }

  @Test
  void only_a_device_that_was_signed_out_is_turned_away_or_misses_anything() {
    Origin origin = send(1);
    keep(origin, 5);
    receive(tablet, 5, origin);
    oracle.accepted(origin, id(origin));
    assertBreaks(Promise.DEVICES, () -> oracle.devices.turnedAway(phone));
    oracle.devices.revokeAsked(phone);
    assertBreaks(Promise.P2, oracle::judge);

    world
        .storage
        .accounts()
        .addDevice(
            BOB,
            new Device(phone.device(), world.mint.signUp(new byte[16]).token().hash(), 0, false),
            0)
        .toCompletableFuture()
        .join();
    world.storage.accounts().revokeDevice(BOB, phone.device()).toCompletableFuture().join();

    oracle.devices.turnedAway(phone);
    assertIsFine();
  }

  @Test
  void devices_hear_of_others_that_come_and_go_and_of_nothing_else() {
    assertBreaks(Promise.DEVICES, () -> oracle.devices.heardOfLink(phone, new DeviceId(3)));
    Oracle.Reader watch = link(5);
    assertBreaks(Promise.DEVICES, oracle.devices::judgeHearsay);
    oracle.devices.heardOfLink(phone, watch.device());
    oracle.devices.heardOfLink(tablet, watch.device());
    oracle.devices.judgeHearsay();

    assertBreaks(Promise.DEVICES, () -> oracle.devices.heardOfRevoke(phone, watch.device()));
    oracle.devices.revokeAsked(watch);
    world.time.runUntil(1);
    oracle.devices.revoked(watch);
    assertBreaks(Promise.DEVICES, oracle.devices::judgeHearsay);
    oracle.devices.heardOfRevoke(phone, watch.device());
    oracle.devices.heardOfRevoke(tablet, watch.device());
    oracle.devices.judgeHearsay();
  }
}
