package io.breakwater.delivery.lane;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.Credentials;
import io.breakwater.delivery.lane.Bench.Kind;
import io.breakwater.delivery.lane.Bench.Member;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.Attach;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.Detach;
import io.breakwater.proto.trunk.Ended;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LaneTest {
  private static final long PHONE = 1;
  private static final long TABLET = 2;

  private final Bench bench = new Bench();
  private final Member alice = bench.signUp();
  private final Member bob = bench.signUp();

  private void sendInOrder(long from, long to) {
    for (long clientId = from; clientId <= to; clientId++) {
      bench.send(alice, bob.user(), clientId, clientId == 1 ? 0 : clientId - 1);
    }
  }

  private static List<Long> numbers(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  // ---- publishing

  @Test
  void neither_answers_nor_delivers_a_message_before_it_is_durable() {
    bench.attach(bob, PHONE, 0);
    bench.hold(Kind.BLOCK);

    bench.send(alice, bob.user(), 1, 0);

    assertThat(bench.delivered(PHONE)).isEmpty();
    assertThat(bench.take(alice.device().value())).isEmpty();
    bench.release(Kind.BLOCK);
    assertThat(bench.delivered(PHONE)).containsExactly(1L);
    assertThat(bench.answer(alice).getSent().getClientId()).isEqualTo(1);
  }

  @Test
  void a_message_is_under_way_until_it_is_answered_and_has_waited_until_it_is_published() {
    bench.hold(Kind.BLOCK);
    bench.pass(1_000);
    bench.send(alice, bob.user(), 1, 0);
    bench.send(alice, bob.user(), 2, 1);
    // The same attempt again is answered with the first.
    bench.send(alice, bob.user(), 2, 1);
    assertThat(bench.lane.sendsUnderWay()).isEqualTo(2);
    bench.pass(50);

    bench.release(Kind.BLOCK);

    assertThat(bench.lane.sendsUnderWay()).isZero();
    assertThat(bench.sendsWaited).containsExactly(50L, 50L);
    // What is refused has not waited until it was published.
    bench.send(alice, new UserId(99, 99), 1, 0);
    assertThat(bench.lane.sendsUnderWay()).isZero();
    assertThat(bench.sendsWaited).hasSize(2);
  }

  @Test
  void a_message_has_waited_since_its_batch_came_to_the_node() {
    bench.pass(1_000);
    bench.hold(Kind.BLOCK);
    bench.sendThatCame(300, alice, bob.user(), 1);
    bench.pass(50);

    bench.release(Kind.BLOCK);

    assertThat(bench.sendsWaited).containsExactly(350L);
  }

  @Test
  void a_message_that_is_refused_since_the_journal_does_not_get_on_is_counted() {
    bench.hold(Kind.BLOCK);
    bench.send(alice, bob.user(), 1, 0);
    bench.pass(2_100);

    bench.sendThatCame(300, alice, bob.user(), 2);

    assertThat(bench.answer(alice).getSendRefused().getReason()).isEqualTo(Reason.UNAVAILABLE);
    assertThat(bench.sendsTurnedAway).containsExactly(300L);
    assertThat(bench.lane.sendsUnderWay()).isEqualTo(1);
  }

  @Test
  void an_attach_that_is_refused_since_the_account_cannot_be_read_is_counted() {
    bench.hold(Kind.DEVICES_READ);
    bench.attach(bob, PHONE, 0);

    bench.failDevicesRead();

    assertThat(bench.take(PHONE).getFirst().hasAttachRefused()).isTrue();
    assertThat(bench.attachesTurnedAway).isEqualTo(1);
  }

  @Test
  void publishes_no_block_before_its_predecessors() {
    bench.attach(bob, PHONE, 0);
    bench.hold(Kind.BLOCK);
    sendInOrder(1, 6);
    assertThat(bench.heldAnswers(Kind.BLOCK)).isGreaterThan(1);

    bench.releaseLatest(Kind.BLOCK);

    assertThat(bench.delivered(PHONE)).isEmpty();
    bench.release(Kind.BLOCK);
    assertThat(bench.delivered(PHONE)).isEqualTo(numbers(1, 4));
  }

  @Test
  void leaves_no_longer_gap_in_the_journal_than_blocks_may_be_in_flight() {
    bench.hold(Kind.BLOCK);
    sendInOrder(1, 9);

    for (int i = 0; i < 8 && bench.heldAnswers(Kind.BLOCK) > 1; i++) {
      bench.releaseLatest(Kind.BLOCK);
    }

    assertThat(bench.blocksInOrderOfWriting).containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void publishes_nothing_that_was_answered_too_long_after_a_clean_read() {
    bench.hold(Kind.BLOCK);
    bench.send(alice, bob.user(), 1, 0);
    bench.readsAreClean = false;
    bench.pass(1_200);

    bench.release(Kind.BLOCK);

    assertThat(bench.take(alice.device().value())).isEmpty();
    bench.cleanRead();
    assertThat(bench.answer(alice).hasSent()).isTrue();
  }

  @Test
  void publishes_nothing_more_once_it_is_sealed() {
    bench.attach(bob, PHONE, 0);
    bench.hold(Kind.BLOCK);
    bench.send(alice, bob.user(), 1, 0);

    bench.input(bench.lane::sealed);
    bench.release(Kind.BLOCK);
    bench.cleanRead();

    assertThat(bench.take(alice.device().value())).isEmpty();
    assertThat(bench.take(PHONE))
        .filteredOn(DeliveryFrame::hasEnded)
        .extracting(frame -> frame.getEnded().getCause())
        .containsExactly(Ended.Cause.UNKNOWN);
  }

  @Test
  void publishes_nothing_after_a_jump_of_the_clocks_until_a_new_read_is_clean() {
    bench.attach(bob, PHONE, 0);
    bench.hold(Kind.BLOCK);
    bench.send(alice, bob.user(), 1, 0);
    bench.readsAreClean = false;

    bench.stepClock(150);
    bench.release(Kind.BLOCK);

    assertThat(bench.delivered(PHONE)).isEmpty();
    bench.pass(10);
    bench.cleanRead();
    assertThat(bench.delivered(PHONE)).containsExactly(1L);
    assertThat(bench.lane.stats().sessions).isOne();
  }

  // ---- sending

  @Test
  void answers_a_known_origin_with_its_first_answer() {
    bench.send(alice, bob.user(), 1, 0);
    MessageId first = Bench.id(bench.answer(alice));

    bench.send(alice, bob.user(), Send.newBuilder().setClientId(1).setRetry(true));

    assertThat(Bench.id(bench.answer(alice))).isEqualTo(first);
    assertThat(bench.journaled).hasSize(1);
  }

  @Test
  void looks_a_retry_up_that_memory_does_not_know_and_accepts_it_if_it_is_new() {
    bench.send(alice, bob.user(), Send.newBuilder().setClientId(5).setRetry(true));

    assertThat(bench.answer(alice).getSent().getClientId()).isEqualTo(5);
    assertThat(bench.lane.stats().originLookups).isOne();
  }

  @Test
  void asks_for_the_predecessor_that_it_does_not_know() {
    bench.send(alice, bob.user(), 2, 1);

    ServerFrame answer = bench.answer(alice);
    assertThat(answer.getResendFrom().getClientId()).isEqualTo(2);
    assertThat(answer.getResendFrom().getFrom()).isEqualTo(1);
    assertThat(bench.journaled).isEmpty();
  }

  @Test
  void refuses_a_message_that_its_sender_gave_up_before_it_sent_the_next() {
    bench.send(alice, bob.user(), 1, 0);
    bench.answer(alice);
    bench.send(alice, bob.user(), 3, 0);
    bench.answer(alice);

    // The frame comes late: it would get an id above that of the third.
    bench.send(alice, bob.user(), 2, 1);

    ServerFrame answer = bench.answer(alice);
    assertThat(answer.getSendRefused().getReason()).isEqualTo(Reason.TIMED_OUT);
    assertThat(answer.getSendRefused().getFinal()).isTrue();
    assertThat(bench.journaled).hasSize(2);
  }

  @Test
  void gives_a_message_an_id_above_all_that_its_author_has_seen() {
    MessageId seen = MessageId.next(MessageId.NONE, bench.wallMs() + 29_000, 1);

    bench.send(
        alice,
        bob.user(),
        Send.newBuilder().setClientId(1).setAfter(ByteString.copyFrom(seen.bytes())));

    assertThat(Bench.id(bench.answer(alice)).isAfter(seen)).isTrue();
  }

  @Test
  void refuses_an_after_that_is_too_far_ahead_for_now() {
    MessageId ahead = MessageId.next(MessageId.NONE, bench.wallMs() + 31_000, 1);

    bench.send(
        alice,
        bob.user(),
        Send.newBuilder().setClientId(1).setAfter(ByteString.copyFrom(ahead.bytes())));

    ServerFrame answer = bench.answer(alice);
    assertThat(answer.getSendRefused().getReason()).isEqualTo(Reason.AFTER_AHEAD);
    assertThat(answer.getSendRefused().getFinal()).isFalse();
    assertThat(answer.getSendRefused().getReturnAfterMs()).isPositive();
  }

  @Test
  void a_clock_that_is_set_back_by_minutes_refuses_nobody_for_good() {
    bench.stepClock(600_000);
    bench.pass(500);
    bench.send(alice, bob.user(), 1, 0);
    ByteString seen = bench.answer(alice).getSent().getMessageId();
    bench.stepClock(-600_000);
    bench.pass(500);

    bench.send(alice, bob.user(), Send.newBuilder().setClientId(2).setAfter(seen));
    assertThat(bench.answer(alice).hasSent()).isTrue();
  }

  @Test
  void reads_an_unknown_recipient_once() {
    UserId nobody = bench.mint.signUp(bench.secret()).user();

    for (long clientId = 1; clientId <= 5; clientId++) {
      bench.send(alice, nobody, clientId, 0);
      assertThat(bench.answer(alice).getSendRefused().getReason()).isEqualTo(Reason.NOT_FOUND);
    }

    assertThat(bench.lane.stats().deviceReads).isOne();
  }

  @Test
  void refuses_sends_at_half_of_the_tail_and_takes_them_again_when_it_is_settled() {
    Bench small = new Bench(withTail(20));
    Member alice = small.signUp();
    Member bob = small.signUp();
    small.hold(Kind.HISTORY_ROWS);
    for (int sender = 1; sender <= 10; sender++) {
      small.send(small.signUp(), bob.user(), 1, 0);
    }

    small.send(alice, bob.user(), 1, 0);

    assertThat(small.answer(alice).getSendRefused().getReason()).isEqualTo(Reason.OVERLOADED);
    assertThat(small.lane.stats().tailEntries).isEqualTo(10);
    small.release(Kind.HISTORY_ROWS);
    small.pass(6_000);
    small.send(alice, bob.user(), 1, 0);
    assertThat(small.answer(alice).hasSent()).isTrue();
  }

  @Test
  void nobody_may_have_more_of_the_tail_than_is_free_for_others() {
    Bench small = new Bench(withTail(20));
    Member alice = small.signUp();
    Member bob = small.signUp();
    Member carol = small.signUp();
    small.hold(Kind.HISTORY_ROWS);
    for (int clientId = 1; clientId <= 5; clientId++) {
      small.send(alice, bob.user(), clientId, clientId - 1);
    }
    small.take(alice.device().value());

    small.send(alice, bob.user(), 6, 5);

    assertThat(small.answer(alice).getSendRefused().getReason()).isEqualTo(Reason.OVERLOADED);
    for (int clientId = 1; clientId <= 3; clientId++) {
      small.send(carol, bob.user(), clientId, clientId - 1);
      assertThat(small.answer(carol).hasSent()).isTrue();
    }
    small.send(carol, bob.user(), 4, 3);
    assertThat(small.answer(carol).getSendRefused().getReason()).isEqualTo(Reason.OVERLOADED);
    small.release(Kind.HISTORY_ROWS);
    small.pass(6_000);
    small.send(alice, bob.user(), 6, 5);
    assertThat(small.answer(alice).hasSent()).isTrue();
  }

  @Test
  void nobody_may_have_more_bytes_of_the_tail_than_are_free_for_others() {
    Member carol = bench.signUp();
    bench.send(alice, bob.user(), 1, 0);
    bench.send(carol, bob.user(), 1, 0);
    bench.pass(6_000);
    bench.hold(Kind.HISTORY_ROWS);

    for (long clientId = 2; clientId <= 4; clientId++) {
      sendLarge(alice, clientId);
      sendLarge(carol, clientId);
    }

    // Of 50,000 bytes: 15,000 each, and then less is free than either has.
    assertThat(bench.lane.stats().accepted - 2).isEqualTo(3);
  }

  private void sendLarge(Member sender, long clientId) {
    bench.take(sender.device().value());
    bench.sendFirst(
        sender,
        bob.user(),
        Send.newBuilder()
            .setClientId(clientId)
            .setPrev(clientId - 1)
            .setPayload(ByteString.copyFrom(new byte[15_000])));
  }

  // ---- copies

  @Test
  void delivers_a_copy_to_the_other_devices_of_the_sender() {
    Member tablet = bench.anotherDevice(alice);
    bench.attach(tablet, TABLET, 0);

    sendInOrder(1, 3);

    assertThat(bench.delivered(TABLET)).containsExactly(1L, 2L, 3L);
  }

  @Test
  void takes_copies_in_order_when_an_earlier_one_was_lost() {
    Member tablet = bench.anotherDevice(alice);
    bench.attach(tablet, TABLET, 0);
    bench.hold(Kind.COPY);
    sendInOrder(1, 3);

    bench.releaseLatest(Kind.COPY);

    assertThat(bench.delivered(TABLET)).isEmpty();
    bench.release(Kind.COPY);
    bench.pass(6_000);
    assertThat(bench.delivered(TABLET).stream().distinct()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void a_stream_of_copies_catches_up_as_soon_as_a_lost_one_is_answered() {
    Member tablet = bench.anotherDevice(alice);
    bench.attach(tablet, TABLET, 0);
    bench.hold(Kind.COPY);
    bench.send(alice, bob.user(), 1, 0);
    bench.forget(Kind.COPY);
    bench.pass(4_000);
    bench.send(alice, bob.user(), 2, 1);
    bench.send(alice, bob.user(), 3, 2);

    bench.pass(1_500);

    assertThat(bench.delivered(TABLET)).containsExactly(1L, 2L, 3L);
  }

  @Test
  void stops_a_session_before_a_leaf_whose_row_is_on_its_way() {
    Bench small = new Bench(withTail(2));
    Member sender = small.signUp();
    Member tablet = small.anotherDevice(sender);
    small.attach(sender, PHONE, 0);
    small.attach(tablet, TABLET, 0);
    small.hold(Kind.MAILBOX_ROWS);
    small.copy(sender, 1);
    small.copy(sender, 2);
    small.copy(sender, 3);
    assertThat(small.lane.stats().tailEntries).isEqualTo(2);
    List<Entry> first = small.entries(TABLET);
    assertThat(first).hasSize(2);

    small.ack(sender, PHONE, first.getLast().getEntryId());
    small.ack(tablet, TABLET, first.getLast().getEntryId());
    small.copy(sender, 4);

    assertThat(small.lane.stats().tailEntries).isOne();
    assertThat(small.delivered(TABLET)).isEmpty();
    small.release(Kind.MAILBOX_ROWS);
    assertThat(small.delivered(TABLET)).containsExactly(3L, 4L);
  }

  private static LaneLimits withTail(int entries) {
    LaneLimits limits = Bench.limits();
    return new LaneLimits(
        limits.blockBytes(),
        limits.blocksInFlight(),
        entries,
        limits.tailBytes(),
        limits.windowEntries(),
        limits.windowBytes(),
        limits.redeliverMs(),
        limits.settleDelayMs(),
        limits.settleBatchRows(),
        limits.settleBatchBytes(),
        limits.settleInFlight(),
        limits.reappendMs(),
        limits.parcelEntries(),
        limits.mailboxes(),
        limits.waitingInputs(),
        limits.waitingBytes(),
        limits.knownOrigins(),
        limits.mailboxTtlMs(),
        limits.retryForMs(),
        limits.storeBodies());
  }

  // ---- sessions

  @Test
  void refuses_a_token_that_is_not_the_devices() {
    Credentials other = bench.mint.link(bob.user(), bench.secret());
    Attach forged =
        Attach.newBuilder()
            .setDevice(bob.device().value())
            .setTokenHash(ByteString.copyFrom(other.token().hash().bytes()))
            .build();

    bench.input(() -> bench.lane.attach(Bench.TRUNK, PHONE, 0, bob.user(), forged));

    assertThat(bench.take(PHONE))
        .singleElement()
        .extracting(frame -> frame.getAttachRefused().getReason())
        .isEqualTo(Reason.UNAUTHENTICATED);
  }

  @Test
  void a_home_that_may_have_been_replaced_turns_nobody_away_for_good() {
    Member linkedByItsSuccessor = new Member(bench.mint.link(bob.user(), bench.secret()));
    bench.attach(bob, TABLET, 0);
    bench.readsAreClean = false;
    bench.pass(1_100);

    bench.attach(linkedByItsSuccessor, PHONE, 0);
    bench.send(alice, new UserId(7, 7), 1, 0);

    assertThat(bench.take(PHONE))
        .singleElement()
        .extracting(frame -> frame.getAttachRefused().getReason())
        .isEqualTo(Reason.UNAVAILABLE);
    assertThat(bench.answer(alice).getSendRefused())
        .returns(false, refused -> refused.getFinal())
        .returns(Reason.UNAVAILABLE, refused -> refused.getReason());
    assertThat(bench.attachesTurnedAway).isZero();
  }

  @Test
  void feeds_no_more_than_the_window_until_entries_are_acknowledged() {
    bench.attach(bob, PHONE, 0);
    bench.take(PHONE);
    sendInOrder(1, 6);

    List<Entry> first = bench.entries(PHONE);

    assertThat(first).hasSize(4);
    bench.ack(bob, PHONE, first.get(1).getEntryId());
    assertThat(bench.delivered(PHONE)).containsExactly(5L, 6L);
  }

  @Test
  void redelivers_an_entry_that_is_not_acknowledged() {
    bench.attach(bob, PHONE, 0);
    bench.send(alice, bob.user(), 1, 0);
    assertThat(bench.delivered(PHONE)).containsExactly(1L);

    bench.pass(900);
    assertThat(bench.delivered(PHONE)).isEmpty();
    bench.pass(300);

    assertThat(bench.delivered(PHONE)).containsExactly(1L);
  }

  @Test
  void feeds_a_session_that_was_away_from_storage_and_tail_in_entry_order() {
    sendInOrder(1, 3);
    bench.pass(6_000);
    assertThat(bench.lane.stats().tailEntries).isZero();
    sendInOrder(4, 4);

    bench.attach(bob, PHONE, 0);

    assertThat(bench.delivered(PHONE)).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void does_not_skip_what_moves_from_the_tail_to_storage_while_a_page_is_read() {
    sendInOrder(1, 2);
    bench.hold(Kind.MAILBOX_READ);
    bench.attach(bob, PHONE, 0);
    assertThat(bench.heldAnswers(Kind.MAILBOX_READ)).isOne();

    // The page was read before there were rows; when it arrives, the tail is empty.
    bench.pass(6_000);
    assertThat(bench.lane.stats().tailEntries).isZero();
    bench.release(Kind.MAILBOX_READ);

    assertThat(bench.delivered(PHONE)).containsExactly(1L, 2L);
  }

  @Test
  void a_newer_connection_displaces_the_older() {
    bench.attach(bob, PHONE, 0);
    bench.take(PHONE);

    bench.attach(bob, TABLET, 0);

    assertThat(bench.take(PHONE))
        .singleElement()
        .extracting(frame -> frame.getEnded().getCause())
        .isEqualTo(Ended.Cause.DISPLACED);
    bench.send(alice, bob.user(), 1, 0);
    assertThat(bench.delivered(TABLET)).containsExactly(1L);
  }

  @Test
  void an_older_generation_does_not_displace_a_newer_one() {
    bench.attach(bob, PHONE, 0);
    long older = bench.take(PHONE).getFirst().getAttached().getGeneration();
    bench.attach(bob, TABLET, 0);
    bench.take(PHONE);

    bench.attach(bob, PHONE, older, 0);

    assertThat(bench.take(PHONE))
        .singleElement()
        .extracting(frame -> frame.getEnded().getCause())
        .isEqualTo(Ended.Cause.DISPLACED);
    assertThat(bench.lane.stats().sessions).isOne();
  }

  @Test
  void an_attach_that_was_left_on_an_older_trunk_does_not_displace_its_successor() {
    bench.attach(bob, PHONE, 0);
    long generation = bench.take(PHONE).getFirst().getAttached().getGeneration();
    bench.attachThrough(Bench.TRUNK + 1, bob, TABLET, generation, 0);
    bench.frames.clear();

    bench.attach(bob, PHONE, generation, 0);

    assertThat(bench.frames).isEmpty();
    bench.send(alice, bob.user(), 1, 0);
    assertThat(bench.delivered(TABLET)).containsExactly(1L);
  }

  @Test
  void a_warm_reconnect_reads_nothing() {
    bench.attach(bob, PHONE, 0);
    long generation = bench.take(PHONE).getFirst().getAttached().getGeneration();
    bench.send(alice, bob.user(), 1, 0);
    long cursor = bench.entries(PHONE).getFirst().getEntryId();
    bench.ack(bob, PHONE, cursor);
    Detach gone =
        Detach.newBuilder().setDevice(bob.device().value()).setGeneration(generation).build();
    bench.input(() -> bench.lane.detach(bob.user(), gone));
    bench.send(alice, bob.user(), 2, 1);
    long deviceReads = bench.lane.stats().deviceReads;
    long mailboxReads = bench.lane.stats().mailboxReads;

    bench.attach(bob, TABLET, cursor);

    assertThat(bench.delivered(TABLET)).containsExactly(2L);
    assertThat(bench.lane.stats().deviceReads).isEqualTo(deviceReads);
    assertThat(bench.lane.stats().mailboxReads).isEqualTo(mailboxReads);
  }

  @Test
  void an_acknowledgement_without_a_session_makes_the_gateway_attach_again() {
    bench.ack(bob, PHONE, 1);

    assertThat(bench.take(PHONE))
        .singleElement()
        .extracting(frame -> frame.getEnded().getCause())
        .isEqualTo(Ended.Cause.UNKNOWN);
  }

  // ---- settling

  @Test
  void writes_no_row_of_what_every_device_acknowledged() {
    bench.attach(bob, PHONE, 0);
    bench.send(alice, bob.user(), 1, 0);
    bench.ack(bob, PHONE, bench.entries(PHONE).getFirst().getEntryId());

    bench.pass(6_000);

    assertThat(bench.storage.mailboxRows()).isZero();
    assertThat(bench.storage.originRows()).isOne();
    assertThat(bench.lane.isSettled()).isTrue();
  }

  @Test
  void appends_anew_what_stays_unsettled_and_then_lets_the_old_block_go() {
    bench.hold(Kind.HISTORY_ROWS);
    bench.send(alice, bob.user(), 1, 0);
    assertThat(bench.journaled).hasSize(1);

    bench.pass(7_000);

    assertThat(bench.journaled.size()).isGreaterThan(1);
    assertThat(bench.journaled).allMatch(bench.journaled.getFirst()::equals);
    assertThat(bench.checkpoints).isNotEmpty();
  }

  @Test
  void drops_a_slice_only_when_the_checkpoint_above_it_is_durable() {
    bench.hold(Kind.CHECKPOINT);
    for (long clientId = 1; clientId <= 3; clientId++) {
      bench.send(alice, bob.user(), clientId, clientId - 1);
    }
    bench.pass(8_000);
    assertThat(bench.checkpoints).contains(3L);
    assertThat(bench.droppedSlices).isEmpty();

    bench.release(Kind.CHECKPOINT);

    assertThat(bench.droppedSlices).containsExactly(0L);
  }

  // ---- devices

  @Test
  void a_linked_device_gets_what_comes_after_its_link() {
    bench.attach(bob, PHONE, 0);
    bench.send(alice, bob.user(), 1, 0);
    bench.take(PHONE);
    Credentials tablet = bench.mint.link(bob.user(), bench.secret());

    bench.input(() -> bench.lane.link(Bench.TRUNK, PHONE, bob.user(), 9, tablet));

    assertThat(bench.relayed(PHONE))
        .filteredOn(ServerFrame::hasDeviceLinked)
        .singleElement()
        .extracting(frame -> frame.getDeviceLinked().getDevice())
        .isEqualTo(tablet.device().value());
    bench.send(alice, bob.user(), 2, 1);
    bench.attach(new Member(tablet), TABLET, 0);
    assertThat(bench.entries(TABLET))
        .filteredOn(Entry::hasMessage)
        .extracting(entry -> entry.getMessage().getClientId())
        .containsExactly(2L);
  }

  @Test
  void a_link_that_is_repeated_days_later_begins_when_it_is_answered() {
    bench.attach(bob, PHONE, 0);
    Credentials tablet = bench.mint.link(bob.user(), bench.secret());
    bench.input(() -> bench.lane.link(Bench.TRUNK, PHONE, bob.user(), 9, tablet));
    bench.send(alice, bob.user(), 1, 0);
    bench.take(PHONE);
    bench.stepClock(9L * 24 * 3600 * 1000);
    bench.pass(1_000);
    bench.cleanRead();

    bench.input(() -> bench.lane.link(Bench.TRUNK, PHONE, bob.user(), 10, tablet));

    // Otherwise the first message is after the entry of the cursor and older than its time.
    Cursor start =
        bench.relayed(PHONE).stream()
            .filter(ServerFrame::hasDeviceLinked)
            .findFirst()
            .orElseThrow()
            .getDeviceLinked()
            .getCursor();
    long firstMessage = bench.journaledEntries().getLast().getEntryId();
    assertThat(start.getEntryId()).isGreaterThanOrEqualTo(firstMessage);
    assertThat(start.getTimeMs()).isEqualTo(bench.wallMs());
  }

  @Test
  void a_change_of_devices_is_answered_only_when_a_successor_is_sure_to_see_it() {
    Member tablet = bench.anotherDevice(bob);
    Credentials watch = bench.mint.link(bob.user(), bench.secret());
    bench.attach(bob, PHONE, 0);
    bench.readsAreClean = false;
    bench.pass(1_200);
    bench.take(PHONE);

    bench.input(() -> bench.lane.link(Bench.TRUNK, PHONE, bob.user(), 9, watch));
    bench.input(() -> bench.lane.revoke(Bench.TRUNK, PHONE, bob.user(), 10, tablet.device()));

    assertThat(bench.relayed(PHONE)).isEmpty();
    bench.cleanRead();
    assertThat(bench.relayed(PHONE))
        .extracting(ServerFrame::getBodyCase)
        .contains(ServerFrame.BodyCase.DEVICE_LINKED, ServerFrame.BodyCase.DEVICE_REVOKED);
  }

  @Test
  void a_revoked_device_is_thrown_out_and_not_let_in_again() {
    Member tablet = bench.anotherDevice(bob);
    bench.attach(bob, PHONE, 0);
    bench.attach(tablet, TABLET, 0);
    bench.take(TABLET);

    bench.input(() -> bench.lane.revoke(Bench.TRUNK, PHONE, bob.user(), 9, tablet.device()));

    assertThat(bench.take(TABLET))
        .singleElement()
        .extracting(frame -> frame.getEnded().getCause())
        .isEqualTo(Ended.Cause.REVOKED);
    bench.attach(tablet, TABLET, 0);
    assertThat(bench.take(TABLET))
        .singleElement()
        .extracting(frame -> frame.getAttachRefused().getReason())
        .isEqualTo(Reason.UNAUTHENTICATED);
  }

  /** Entry ids are unsigned: this one is above all others, and its time means nothing. */
  @Test
  void a_cursor_above_all_that_was_issued_counts_as_none() {
    bench.send(alice, bob.user(), 1, 0);
    Attach attach =
        Attach.newBuilder()
            .setDevice(bob.device().value())
            .setTokenHash(ByteString.copyFrom(bob.credentials().token().hash().bytes()))
            .setCursor(Cursor.newBuilder().setEntryId(-1).setTimeMs(1))
            .build();

    bench.input(() -> bench.lane.attach(Bench.TRUNK, PHONE, 0, bob.user(), attach));

    List<ServerFrame> said = bench.relayed(PHONE);
    assertThat(said).noneMatch(ServerFrame::hasTooLong);
    assertThat(said).anyMatch(ServerFrame::hasDeliver);
  }
}
