package io.breakwater.client.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.breakwater.client.store.MemoryDeviceStore;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Deliver;
import io.breakwater.proto.client.DeviceChange;
import io.breakwater.proto.client.DeviceRevoked;
import io.breakwater.proto.client.Displaced;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Found;
import io.breakwater.proto.client.GoAway;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.client.Pong;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Reattached;
import io.breakwater.proto.client.ResendFrom;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.SendRefused;
import io.breakwater.proto.client.Sent;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.Synced;
import io.breakwater.proto.client.Welcome;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rule by rule, with the server's frames written out. */
final class DeviceMachineTest {
  private static final long SERVER_MS = 1_700_000_000_000L;
  private static final long RETRY_FOR_MS = 86_400_000;
  private static final UserId SELF = new UserId(1, 1);
  private static final UserId PEER = new UserId(2, 2);
  private static final UserId OTHER = new UserId(3, 3);
  private static final ConversationId CONVERSATION = new ConversationId(4, 4);
  private static final Credentials CREDENTIALS =
      new Credentials(SELF, 9, ByteString.copyFromUtf8("token"));

  private final MemoryDeviceStore store = new MemoryDeviceStore();
  private final List<ClientFrame> frames = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private final List<ReceivedMessage> received = new ArrayList<>();
  private final List<Long> connects = new ArrayList<>();
  private final List<Long> closes = new ArrayList<>();
  private DeviceMachine machine;
  private long now;
  private boolean storing = true;

  DeviceMachineTest() {
    machine = machine(DeviceConfig.DEFAULTS, 1);
  }

  private DeviceMachine machine(DeviceConfig config, long seed) {
    return new DeviceMachine(config, CREDENTIALS, store.load(), new SplittableRandom(seed));
  }

  @BeforeEach
  void start() {
    machine.start(now);
    settle();
  }

  private void restart(DeviceConfig config) {
    machine = machine(config, 2);
    machine.start(now);
    settle();
  }

  private void settle() {
    for (Step step = machine.drain(); !step.isEmpty(); step = machine.drain()) {
      store.write(step.changes());
      received.addAll(step.changes().received());
      if (storing) {
        step.changes().cursor().ifPresent(cursor -> machine.stored(cursor, now));
      }
      for (Output output : step.outputs()) {
        if (output instanceof Output.Connect connect) {
          connects.add(connect.connection());
        } else if (output instanceof Output.Transmit transmit) {
          frames.add(transmit.frame());
        } else if (output instanceof Output.Close close) {
          closes.add(close.connection());
        } else if (output instanceof Output.Notify notify) {
          events.add(notify.event());
        }
      }
    }
  }

  /** Time passes, with every tick that the machine asks for. */
  private void pass(long ms) {
    long until = now + ms;
    while (machine.wakeUpMs() <= until) {
      now = Math.max(now, machine.wakeUpMs());
      machine.tick(now);
      settle();
    }
    now = until;
    machine.tick(now);
    settle();
  }

  /** Time passes, and the server says something each second. */
  private void passHearing(long ms) {
    for (long rest = ms; rest > 0; rest -= 1_000) {
      pass(Math.min(rest, 1_000));
      pong(0);
    }
  }

  private long pings() {
    return frames.stream().filter(ClientFrame::hasPing).count();
  }

  private long connection() {
    return connects.get(connects.size() - 1);
  }

  private void hear(ServerFrame.Builder frame) {
    machine.received(connection(), frame.build(), now);
    settle();
  }

  private void attach(long head) {
    machine.connected(connection(), now);
    settle();
    Welcome welcome =
        Welcome.newBuilder()
            .setServerTimeMs(SERVER_MS + now)
            .setMailboxHead(head)
            .setMaxPayloadBytes(1_000)
            .setWindow(256)
            .setRetryForMs(RETRY_FOR_MS)
            .build();
    hear(ServerFrame.newBuilder().setWelcome(welcome));
  }

  private void lose() {
    machine.disconnected(connection(), "lost", now);
    settle();
  }

  private void send(UserId peer) {
    machine.send(peer, ByteString.copyFromUtf8("text"), now);
    settle();
  }

  private void accept(UserId peer, long clientId, long messageId) {
    hear(
        ServerFrame.newBuilder()
            .setSent(
                Sent.newBuilder()
                    .setTo(peer.bytes())
                    .setClientId(clientId)
                    .setMessageId(new MessageId(messageId, 0).bytes())));
  }

  private void refuse(UserId peer, long clientId, int returnAfterMs, boolean last) {
    refuse(Reason.UNAVAILABLE, peer, clientId, returnAfterMs, last);
  }

  private void refuse(Reason reason, UserId peer, long clientId, int returnAfterMs, boolean last) {
    hear(
        ServerFrame.newBuilder()
            .setSendRefused(
                SendRefused.newBuilder()
                    .setTo(peer.bytes())
                    .setClientId(clientId)
                    .setReason(reason)
                    .setReturnAfterMs(returnAfterMs)
                    .setFinal(last)));
  }

  private void resendFrom(UserId peer, long clientId, long from) {
    hear(
        ServerFrame.newBuilder()
            .setResendFrom(
                ResendFrom.newBuilder().setTo(peer.bytes()).setClientId(clientId).setFrom(from)));
  }

  private static Entry entry(long entryId, UserId sender, int device, long clientId, long id) {
    Message message =
        Message.newBuilder()
            .setMessageId(new MessageId(id, 0).bytes())
            .setConversation(CONVERSATION.bytes())
            .setSender(sender.bytes())
            .setSenderDevice(device)
            .setClientId(clientId)
            .setTo((sender.equals(SELF) ? PEER : SELF).bytes())
            .build();
    return Entry.newBuilder().setEntryId(entryId).setTimeMs(entryId).setMessage(message).build();
  }

  private void deliver(Entry... entries) {
    hear(ServerFrame.newBuilder().setDeliver(Deliver.newBuilder().addAllEntries(List.of(entries))));
  }

  private List<Send> sends() {
    return frames.stream().filter(ClientFrame::hasSend).map(ClientFrame::getSend).toList();
  }

  private List<Long> sentIds() {
    List<Long> ids = sends().stream().map(Send::getClientId).toList();
    frames.clear();
    return ids;
  }

  private List<Cursor> acks() {
    return frames.stream()
        .filter(ClientFrame::hasAck)
        .map(frame -> frame.getAck().getCursor())
        .toList();
  }

  private <T extends Event> List<T> events(Class<T> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  // Outbox.

  @Test
  void a_message_is_persisted_with_its_first_try_before_it_is_transmitted() {
    attach(0);
    now += 500;
    machine.send(PEER, ByteString.copyFromUtf8("text"), now);
    Step step = machine.drain();
    assertThat(step.changes().put()).hasSize(1);
    assertThat(step.changes().tried()).containsExactly(new Changes.Tried(PEER, 1, SERVER_MS + 500));
    assertThat(step.outputs()).hasSize(1);
    assertThat(step.outputs().get(0)).isInstanceOf(Output.Transmit.class);
  }

  @Test
  void client_ids_count_up_per_conversation_and_go_on_after_a_restart() {
    attach(0);
    send(PEER);
    send(PEER);
    send(OTHER);
    assertThat(sentIds()).containsExactly(1L, 2L, 1L);
    accept(PEER, 1, 1);
    accept(PEER, 2, 2);
    restart(DeviceConfig.DEFAULTS);
    attach(0);
    frames.clear();
    send(PEER);
    assertThat(sentIds()).containsExactly(3L);
  }

  @Test
  void prev_is_the_preceding_unanswered_message_and_after_the_highest_seen() {
    attach(0);
    send(PEER);
    send(PEER);
    accept(PEER, 1, 100);
    send(PEER);
    accept(PEER, 2, 101);
    accept(PEER, 3, 102);
    deliver(entry(1, PEER, 5, 1, 200));
    send(PEER);
    assertThat(sends().stream().map(Send::getPrev).toList()).containsExactly(0L, 1L, 2L, 0L);
    assertThat(sends().get(0).getAfter()).isEqualTo(ByteString.EMPTY);
    assertThat(MessageId.of(sends().get(2).getAfter())).isEqualTo(new MessageId(100, 0));
    assertThat(MessageId.of(sends().get(3).getAfter())).isEqualTo(new MessageId(200, 0));
  }

  @Test
  void a_retransmission_is_a_retry_with_the_first_time_and_fresh_prev_and_after() {
    attach(0);
    send(PEER);
    send(PEER);
    accept(PEER, 1, 100);
    frames.clear();
    lose();
    pass(2_000);
    attach(0);
    Send again = sends().get(0);
    assertThat(again.getClientId()).isEqualTo(2);
    assertThat(again.getRetry()).isTrue();
    assertThat(again.getPrev()).isZero();
    assertThat(again.getFirstTriedMs()).isEqualTo(SERVER_MS);
    assertThat(MessageId.of(again.getAfter())).isEqualTo(new MessageId(100, 0));
  }

  @Test
  void a_message_written_offline_is_no_retry_even_after_a_restart() {
    send(PEER);
    restart(DeviceConfig.DEFAULTS);
    attach(0);
    assertThat(sends()).hasSize(1);
    assertThat(sends().get(0).getRetry()).isFalse();
    restart(DeviceConfig.DEFAULTS);
    frames.clear();
    attach(0);
    assertThat(sends().get(0).getRetry()).isTrue();
  }

  @Test
  void resend_from_goes_back_once_for_all_the_answers_to_one_flight() {
    attach(0);
    for (int i = 0; i < 5; i++) {
      send(PEER);
    }
    frames.clear();
    for (int id = 2; id <= 5; id++) {
      resendFrom(PEER, id, 1);
    }
    assertThat(sentIds()).containsExactly(1L, 2L, 3L, 4L, 5L);
    resendFrom(PEER, 3, 2);
    assertThat(sentIds()).containsExactly();
    pass(100);
    assertThat(sentIds()).containsExactly(2L, 3L, 4L, 5L);
  }

  @Test
  void a_server_that_keeps_asking_to_resend_is_answered_ever_more_slowly() {
    attach(0);
    send(PEER);
    send(PEER);
    frames.clear();
    for (int i = 0; i < 1_000; i++) {
      resendFrom(PEER, 2, 1);
      pass(10);
    }
    assertThat(sends().size()).isBetween(4, 80);
  }

  @Test
  void a_refusal_pauses_its_conversation_and_only_that() {
    attach(0);
    send(PEER);
    send(PEER);
    frames.clear();
    refuse(PEER, 1, 3_000, false);
    resendFrom(PEER, 2, 1);
    send(PEER);
    send(OTHER);
    assertThat(sends().stream().map(Send::getTo).toList()).containsExactly(OTHER.bytes());
    accept(OTHER, 1, 5);
    frames.clear();
    pass(2_999);
    assertThat(sends()).isEmpty();
    pass(1);
    accept(PEER, 1, 1);
    accept(PEER, 2, 2);
    assertThat(sentIds()).containsExactly(1L, 2L, 3L);
  }

  /** As while the home of one recipient is down, and that of others is not. */
  @Test
  void a_home_that_is_away_leaves_the_window_as_it_is() {
    attach(0);
    send(PEER);
    refuse(Reason.UNAVAILABLE, PEER, 1, 3_000, false);
    frames.clear();
    send(OTHER);
    send(OTHER);
    send(OTHER);
    assertThat(sentIds()).containsExactly(1L, 2L, 3L);
  }

  /** Or the whole window would go to it again and again while it is away. */
  @Test
  void one_message_at_a_time_tries_whether_a_home_is_back() {
    attach(0);
    for (int i = 0; i < 4; i++) {
      send(PEER);
    }
    frames.clear();
    for (int i = 1; i <= 4; i++) {
      refuse(Reason.UNAVAILABLE, PEER, i, 3_000, false);
    }
    pass(3_000);
    assertThat(sentIds()).containsExactly(1L);
    refuse(Reason.UNAVAILABLE, PEER, 1, 3_000, false);
    pass(3_000);
    assertThat(sentIds()).containsExactly(1L);
    accept(PEER, 1, 1);
    assertThat(sentIds()).containsExactly(2L, 3L, 4L);
  }

  @Test
  void a_message_that_is_refused_for_good_while_a_home_is_tried_makes_room_for_the_next() {
    attach(0);
    send(PEER);
    send(PEER);
    refuse(Reason.UNAVAILABLE, PEER, 1, 3_000, false);
    refuse(Reason.UNAVAILABLE, PEER, 2, 3_000, false);
    frames.clear();
    pass(3_000);
    assertThat(sentIds()).containsExactly(1L);
    refuse(Reason.TOO_LARGE, PEER, 1, 0, true);
    assertThat(sentIds()).containsExactly(2L);
  }

  @Test
  void what_follows_goes_on_when_the_message_that_tries_a_home_is_given_up() {
    attach(0);
    send(PEER);
    lose();
    now += RETRY_FOR_MS - 10_000;
    pass(2_000);
    attach(0);
    refuse(Reason.UNAVAILABLE, PEER, 1, 3_000, false);
    pass(3_000);
    send(PEER);
    frames.clear();
    pass(13_000);
    assertThat(events(Event.Unknown.class)).containsExactly(new Event.Unknown(PEER, 1));
    assertThat(sentIds()).contains(2L);
  }

  @Test
  void a_home_that_has_too_much_to_do_is_sent_one_message_at_a_time() {
    attach(0);
    send(PEER);
    refuse(Reason.OVERLOADED, PEER, 1, 3_000, false);
    frames.clear();
    send(OTHER);
    send(OTHER);
    assertThat(sentIds()).containsExactly(1L);
    accept(OTHER, 1, 1);
    assertThat(sentIds()).containsExactly(2L);
  }

  @Test
  void a_refusal_for_being_too_fast_pauses_all_conversations() {
    attach(0);
    send(PEER);
    send(PEER);
    send(OTHER);
    frames.clear();
    refuse(Reason.RATE_LIMITED, PEER, 1, 3_000, false);
    refuse(Reason.RATE_LIMITED, PEER, 2, 3_000, false);
    refuse(Reason.RATE_LIMITED, OTHER, 1, 3_000, false);
    send(OTHER);
    pass(2_999);
    assertThat(sends()).isEmpty();
    pass(1);
    // The window begins at one again.
    assertThat(sends()).hasSize(1);
    assertThat(sends().get(0).getRetry()).isTrue();
    accept(PEER, 1, 1);
    accept(OTHER, 1, 2);
    accept(PEER, 2, 3);
    accept(OTHER, 2, 4);
    assertThat(sends()).hasSize(4);
    assertThat(store.load().outbox()).isEmpty();
  }

  @Test
  void a_pause_outlasts_the_connection() {
    attach(0);
    send(PEER);
    refuse(PEER, 1, 10_000, false);
    frames.clear();
    lose();
    pass(1_001);
    attach(0);
    assertThat(sends()).isEmpty();
    pass(9_000);
    assertThat(sentIds()).containsExactly(1L);
  }

  @Test
  void a_final_refusal_is_reported_and_later_messages_go_on() {
    attach(0);
    send(PEER);
    send(PEER);
    frames.clear();
    refuse(PEER, 1, 0, true);
    resendFrom(PEER, 2, 1);
    assertThat(events(Event.Refused.class))
        .containsExactly(new Event.Refused(PEER, 1, Reason.UNAVAILABLE));
    assertThat(sends()).hasSize(1);
    assertThat(sends().get(0).getPrev()).isZero();
    assertThat(store.load().outbox()).hasSize(1);
  }

  @Test
  void what_is_not_answered_is_sent_again_after_10_then_20_seconds() {
    attach(0);
    send(PEER);
    send(PEER);
    frames.clear();
    pass(9_999);
    assertThat(sends()).isEmpty();
    passHearing(3_000);
    assertThat(sentIds()).containsExactly(1L, 2L);
    passHearing(18_000);
    assertThat(sends()).isEmpty();
    passHearing(5_000);
    assertThat(sentIds()).containsExactly(1L, 2L);
  }

  @Test
  void resends_of_the_unanswered_stay_within_the_budget() {
    attach(0);
    for (int i = 0; i < 256; i++) {
      send(PEER);
    }
    frames.clear();
    pass(15_000);
    assertThat(sends().size()).isBetween(50, 70);
  }

  @Test
  void a_new_home_gets_everything_unanswered_again() {
    attach(0);
    send(PEER);
    send(OTHER);
    accept(PEER, 1, 1);
    frames.clear();
    hear(
        ServerFrame.newBuilder().setReattached(Reattached.newBuilder().setServerTimeMs(SERVER_MS)));
    assertThat(sends()).hasSize(1);
    assertThat(sends().get(0).getRetry()).isTrue();
  }

  @Test
  void a_message_is_given_up_as_unknown_when_its_retry_time_is_over() {
    attach(0);
    send(PEER);
    send(PEER);
    lose();
    now += RETRY_FOR_MS + 1;
    pass(2_000);
    frames.clear();
    attach(0);
    send(PEER);
    assertThat(events(Event.Unknown.class))
        .containsExactly(new Event.Unknown(PEER, 1), new Event.Unknown(PEER, 2));
    assertThat(sends()).hasSize(1);
    assertThat(sends().get(0).getPrev()).isZero();
  }

  @Test
  void a_device_is_told_of_the_linking_of_others_and_not_of_its_own() {
    attach(0);
    for (int device : new int[] {CREDENTIALS.device(), 10}) {
      deliver(
          Entry.newBuilder()
              .setEntryId(device)
              .setLinked(DeviceChange.newBuilder().setDevice(device))
              .build());
    }
    assertThat(events(Event.DeviceAdded.class)).containsExactly(new Event.DeviceAdded(10));
  }

  @Test
  void no_more_than_the_window_is_in_flight() {
    restart(DeviceConfig.DEFAULTS.withWindowMessages(2));
    attach(0);
    for (int i = 0; i < 5; i++) {
      send(PEER);
    }
    assertThat(sentIds()).containsExactly(1L, 2L);
    accept(PEER, 1, 1);
    assertThat(sentIds()).containsExactly(3L);
  }

  @Test
  void conversations_take_turns() {
    for (int i = 0; i < 3; i++) {
      send(PEER);
    }
    send(OTHER);
    restart(DeviceConfig.DEFAULTS.withWindowMessages(2));
    attach(0);
    assertThat(sends().stream().map(Send::getTo).toList())
        .containsExactlyInAnyOrder(PEER.bytes(), OTHER.bytes());
  }

  @Test
  void the_outbox_is_bounded_and_says_so() {
    restart(DeviceConfig.DEFAULTS.withOutbox(2, 10));
    send(PEER);
    assertThatThrownBy(() -> machine.send(PEER, ByteString.copyFromUtf8("1234567"), now))
        .isInstanceOf(OutboxFullException.class)
        .hasMessage("outbox: 4 bytes waiting and 7 more (expected: at most 10)");
    send(PEER);
    assertThatThrownBy(() -> machine.send(PEER, ByteString.EMPTY, now))
        .hasMessage("outbox: 2 messages waiting (expected: below 2)");
    attach(0);
    assertThatThrownBy(() -> machine.send(PEER, ByteString.copyFrom(new byte[1_001]), now))
        .hasMessage("payload: 1001 bytes (expected: at most 1000)");
  }

  // Inbox.

  @Test
  void entries_up_to_the_cursor_are_ignored_but_acknowledged_again() {
    attach(0);
    deliver(entry(5, PEER, 5, 1, 1), entry(8, PEER, 5, 2, 2));
    pass(100);
    frames.clear();
    deliver(entry(5, PEER, 5, 1, 1), entry(8, PEER, 5, 2, 2));
    pass(100);
    assertThat(received).hasSize(2);
    assertThat(machine.counters().redelivered()).isEqualTo(2);
    assertThat(events(Event.Repeated.class)).isEmpty();
    assertThat(acks()).hasSize(1);
    assertThat(acks().get(0).getEntryId()).isEqualTo(8);
  }

  @Test
  void a_repeated_origin_moves_the_cursor_and_is_reported_and_not_handed_over() {
    attach(0);
    deliver(entry(1, PEER, 5, 1, 10), entry(2, PEER, 5, 1, 11));
    assertThat(received).hasSize(1);
    assertThat(store.load().cursor().entryId()).isEqualTo(2);
    assertThat(events(Event.Repeated.class))
        .containsExactly(
            new Event.Repeated(
                new Origin(new Origin.Stream(PEER, 5, CONVERSATION), 1), new MessageId(11, 0)));
  }

  @Test
  void a_repetition_is_known_after_a_restart() {
    attach(0);
    deliver(entry(1, PEER, 5, 1, 10));
    restart(DeviceConfig.DEFAULTS);
    attach(0);
    deliver(entry(2, PEER, 5, 1, 10));
    assertThat(received).hasSize(1);
  }

  @Test
  void another_device_of_the_sender_is_another_stream() {
    attach(0);
    deliver(entry(1, PEER, 5, 1, 10), entry(2, PEER, 6, 1, 11));
    assertThat(received).hasSize(2);
  }

  @Test
  void a_copy_is_handed_over_unless_this_device_wrote_it() {
    attach(0);
    deliver(entry(1, SELF, 9, 1, 10), entry(2, SELF, 8, 1, 11));
    assertThat(received).hasSize(1);
    assertThat(received.get(0).origin().stream().senderDevice()).isEqualTo(8);
    send(PEER);
    assertThat(MessageId.of(sends().get(0).getAfter())).isEqualTo(new MessageId(11, 0));
  }

  @Test
  void acknowledgements_wait_for_the_store() {
    attach(0);
    storing = false;
    deliver(entry(1, PEER, 5, 1, 10));
    pass(1_000);
    assertThat(acks()).isEmpty();
    machine.stored(new Position(1, 1), now);
    settle();
    assertThat(acks()).hasSize(1);
    assertThatThrownBy(() -> machine.stored(new Position(2, 2), now))
        .hasMessageContaining("stored entry: 2 (expected: at most 1");
  }

  @Test
  void acknowledgements_are_coalesced_when_much_arrives() {
    attach(0);
    now += 1_000;
    for (int i = 1; i <= 320; i++) {
      deliver(entry(i, PEER, 5, i, i));
    }
    assertThat(acks().size()).isBetween(10, 12);
    frames.clear();
    pass(50);
    assertThat(acks().size()).isLessThanOrEqualTo(1);
    pass(1_000);
    deliver(entry(321, PEER, 5, 321, 321));
    assertThat(acks().get(acks().size() - 1).getEntryId()).isEqualTo(321);
  }

  @Test
  void the_cursor_is_presented_when_connecting_again() {
    attach(0);
    assertThat(frames.get(0).getHello().hasCursor()).isFalse();
    deliver(entry(7, PEER, 5, 1, 10));
    lose();
    pass(2_000);
    frames.clear();
    attach(7);
    assertThat(frames.get(0).getHello().getCursor().getEntryId()).isEqualTo(7);
    assertThat(frames.get(0).getHello().getCursor().getTimeMs()).isEqualTo(7);
  }

  @Test
  void what_a_pong_promises_and_does_not_arrive_is_asked_for_once() {
    attach(0);
    pong(9);
    pass(1_999);
    assertThat(frames).noneMatch(ClientFrame::hasSync);
    pass(1);
    assertThat(frames.stream().filter(ClientFrame::hasSync)).hasSize(1);
    pass(30_000);
    assertThat(frames.stream().filter(ClientFrame::hasSync)).hasSize(1);
  }

  @Test
  void no_sync_while_entries_arrive() {
    attach(0);
    pong(9);
    for (int i = 1; i <= 9; i++) {
      pass(1_500);
      deliver(entry(i, PEER, 5, i, i));
    }
    pass(10_000);
    assertThat(frames).noneMatch(ClientFrame::hasSync);
  }

  private void pong(long head) {
    hear(
        ServerFrame.newBuilder()
            .setPong(Pong.newBuilder().setServerTimeMs(SERVER_MS).setMailboxHead(head)));
  }

  @Test
  void caught_up_is_said_once_per_connection() {
    attach(0);
    // A home that has just started says 0 because it does not know: only Synced tells.
    assertThat(events(Event.CaughtUp.class)).isEmpty();
    hear(ServerFrame.newBuilder().setSynced(Synced.newBuilder()));
    assertThat(events(Event.CaughtUp.class)).hasSize(1);
    lose();
    pass(2_000);
    attach(3);
    assertThat(events(Event.CaughtUp.class)).hasSize(1);
    hear(ServerFrame.newBuilder().setSynced(Synced.newBuilder()));
    hear(ServerFrame.newBuilder().setSynced(Synced.newBuilder()));
    assertThat(events(Event.CaughtUp.class)).hasSize(2);
  }

  // Connection.

  @Test
  void pings_keep_to_the_heartbeat_with_a_tenth_of_jitter() {
    attach(0);
    pass(53_999);
    assertThat(frames).noneMatch(ClientFrame::hasPing);
    pass(12_001);
    assertThat(frames).anyMatch(ClientFrame::hasPing);
  }

  @Test
  void a_silent_server_is_left_after_one_and_a_half_heartbeats_and_ten_seconds() {
    attach(0);
    pass(99_999);
    assertThat(closes).isEmpty();
    pass(1);
    assertThat(closes).containsExactly(1L);
  }

  @Test
  void who_waits_for_an_answer_pings_a_silent_server_at_once_and_leaves_it_5_s_later() {
    attach(0);
    send(PEER);
    pass(9_999);
    assertThat(pings()).isZero();
    pass(1);
    assertThat(pings()).isEqualTo(1);
    pass(4_999);
    assertThat(closes).isEmpty();
    assertThat(pings()).isEqualTo(1);
    pass(1);
    assertThat(closes).containsExactly(1L);
    assertThat(lastDelay()).isBetween(0L, 1_000L);
  }

  @Test
  void who_waits_for_the_answer_to_a_request_does_so_too() {
    attach(0);
    pass(30_000);
    machine.revoke(5, now);
    settle();
    pass(10_000);
    assertThat(pings()).isEqualTo(1);
    pass(5_000);
    assertThat(closes).containsExactly(1L);
  }

  @Test
  void any_sign_of_life_keeps_the_connection_of_who_waits_for_an_answer() {
    attach(0);
    send(PEER);
    pass(14_999);
    assertThat(pings()).isEqualTo(1);
    deliver(entry(1, PEER, 1, 1, 1));
    pass(9_000);
    assertThat(closes).isEmpty();
    assertThat(pings()).isEqualTo(1);
  }

  @Test
  void who_hears_from_the_server_or_waits_for_nothing_does_not_ping_before_the_heartbeat() {
    attach(0);
    send(PEER);
    passHearing(30_000);
    assertThat(pings()).isZero();
    accept(PEER, 1, 1);
    pass(20_000);
    assertThat(pings()).isZero();
    assertThat(closes).isEmpty();
  }

  @Test
  void reconnecting_draws_from_a_window_that_doubles_up_to_two_minutes() {
    List<Long> delays = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      lose();
      long delay = lastDelay();
      assertThat(delay).isBetween(0L, Math.min(120_000, 1_000L << i));
      delays.add(delay);
      assertThat(connects).hasSize(i + 1);
      pass(delay);
      assertThat(connects).hasSize(i + 2);
    }
    assertThat(delays.stream().distinct().count()).isGreaterThan(8);
  }

  @Test
  void a_connection_that_was_stable_starts_the_window_again() {
    for (int i = 0; i < 8; i++) {
      lose();
      pass(lastDelay());
    }
    attach(0);
    pass(59_999);
    pong(0);
    pass(1);
    lose();
    assertThat(lastDelay()).isLessThanOrEqualTo(1_000);
  }

  @Test
  void a_full_listener_is_left_alone_for_the_last_window_from_the_second_timeout_on() {
    List<Long> delays = new ArrayList<>();
    for (long seed = 0; seed < 200; seed++) {
      machine = machine(DeviceConfig.DEFAULTS, seed);
      machine.start(now);
      settle();
      pass(10_000);
      pass(1_000);
      pass(10_000);
      delays.add(lastDelay());
    }
    assertThat(delays).allMatch(delay -> delay <= 30_000);
    assertThat(delays.stream().filter(delay -> delay > 4_000).count()).isGreaterThan(120);
  }

  @Test
  void go_away_is_obeyed_when_its_time_has_come_or_the_gateway_closes() {
    attach(0);
    hear(ServerFrame.newBuilder().setGoAway(GoAway.newBuilder().setReturnAfterMs(5_000)));
    pass(4_999);
    assertThat(closes).isEmpty();
    pass(1);
    assertThat(closes).hasSize(1);
    assertThat(connects).hasSize(2);
    attach(0);
    hear(ServerFrame.newBuilder().setGoAway(GoAway.newBuilder().setReturnAfterMs(5_000)));
    lose();
    pass(4_999);
    assertThat(connects).hasSize(2);
    pass(1);
    assertThat(connects).hasSize(3);
  }

  @Test
  void an_error_with_a_return_time_is_obeyed_exactly() {
    machine.connected(connection(), now);
    settle();
    error(Reason.OVERLOADED, 7_000, 0);
    pass(6_999);
    assertThat(connects).hasSize(1);
    pass(1);
    assertThat(connects).hasSize(2);
  }

  @Test
  void who_is_told_to_come_back_again_and_again_without_a_welcome_stays_away_for_longer() {
    List<Long> delays = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      machine.connected(connection(), now);
      settle();
      error(Reason.TIMED_OUT, 1_500, 0);
      delays.add(lastDelay());
      assertThat(lastDelay()).isBetween(1_500L, Math.max(1_500L, Math.min(120_000, 1_000L << i)));
      pass(lastDelay());
    }
    assertThat(delays.subList(20, 40).stream().mapToLong(each -> each).average().orElseThrow())
        .isBetween(30_000.0, 90_000.0);
    attach(0);
    error(Reason.TIMED_OUT, 1_500, 0);
    assertThat(lastDelay()).as("after a Welcome").isEqualTo(1_500);
    pass(1_500);
    machine.connected(connection(), now);
    settle();
    error(Reason.OVERLOADED, 1_500, 0);
    assertThat(lastDelay()).as("the first without one").isEqualTo(1_500);
  }

  private long lastDelay() {
    List<Event.Detached> all = events(Event.Detached.class);
    return all.get(all.size() - 1).reconnectInMs();
  }

  private void error(Reason reason, int returnAfterMs, int request) {
    hear(
        ServerFrame.newBuilder()
            .setError(
                Error.newBuilder()
                    .setReason(reason)
                    .setReturnAfterMs(returnAfterMs)
                    .setRequest(request)));
  }

  @Test
  void a_device_that_is_not_accepted_stops() {
    machine.connected(connection(), now);
    settle();
    error(Reason.UNAUTHENTICATED, 0, 0);
    pass(1_000_000);
    assertThat(connects).hasSize(1);
    assertThat(events(Event.Stopped.class)).hasSize(1);
  }

  @Test
  void a_displaced_device_stays_away_for_a_minute_unless_the_application_wishes() {
    attach(0);
    hear(ServerFrame.newBuilder().setDisplaced(Displaced.getDefaultInstance()));
    pass(59_999);
    assertThat(connects).hasSize(1);
    pass(10_001);
    assertThat(connects).hasSize(2);
    attach(0);
    hear(ServerFrame.newBuilder().setDisplaced(Displaced.getDefaultInstance()));
    machine.start(now);
    settle();
    assertThat(connects).hasSize(3);
  }

  @Test
  void what_an_earlier_connection_still_says_is_ignored() {
    attach(0);
    send(PEER);
    lose();
    pass(2_000);
    attach(0);
    machine.disconnected(1, "late", now);
    machine.received(
        1, ServerFrame.newBuilder().setDisplaced(Displaced.getDefaultInstance()).build(), now);
    settle();
    assertThat(machine.isAttached()).isTrue();
  }

  @Test
  void a_frame_that_breaks_the_contract_ends_the_connection() {
    attach(0);
    hear(ServerFrame.newBuilder().setSent(Sent.newBuilder().setTo(ByteString.EMPTY)));
    assertThat(closes).hasSize(1);
    assertThat(events(Event.Detached.class).get(0).why())
        .contains("user id size: 0 bytes (expected: 16)");
  }

  // Requests.

  @Test
  void a_look_up_waits_for_a_session_goes_again_after_a_new_one_and_is_cached() {
    int request = machine.lookUp("anna", now);
    attach(0);
    lose();
    pass(2_000);
    attach(0);
    assertThat(frames.stream().filter(ClientFrame::hasLookUp)).hasSize(2);
    hear(
        ServerFrame.newBuilder()
            .setFound(
                Found.newBuilder().setRequest(request).setHandle("anna").setUser(PEER.bytes())));
    int again = machine.lookUp("anna", now);
    settle();
    assertThat(events(Event.Found.class))
        .containsExactly(
            new Event.Found(request, "anna", PEER), new Event.Found(again, "anna", PEER));
    assertThat(frames.stream().filter(ClientFrame::hasLookUp)).hasSize(2);
  }

  @Test
  void a_request_that_is_not_answered_goes_again_each_ten_seconds_and_fails_after_sixty() {
    attach(0);
    int request = machine.lookUp("anna", now);
    settle();
    for (int asked = 1; asked <= 6; asked++) {
      List<ClientFrame> lookUps = frames.stream().filter(ClientFrame::hasLookUp).toList();
      assertThat(lookUps).hasSize(asked);
      assertThat(lookUps.get(asked - 1).getLookUp().getRequest()).isEqualTo(request);
      assertThat(events(Event.RequestFailed.class)).isEmpty();
      passHearing(10_000);
    }
    assertThat(events(Event.RequestFailed.class).get(0).request()).isEqualTo(request);
    assertThat(events(Event.RequestFailed.class).get(0).reason()).isEqualTo(Reason.TIMED_OUT);
    frames.clear();
    passHearing(20_000);
    assertThat(frames).noneMatch(ClientFrame::hasLookUp);
  }

  @Test
  void an_answer_to_any_transmission_of_a_request_counts_once() {
    attach(0);
    int request = machine.lookUp("anna", now);
    passHearing(10_000);
    Found.Builder found =
        Found.newBuilder().setRequest(request).setHandle("anna").setUser(PEER.bytes());
    hear(ServerFrame.newBuilder().setFound(found));
    hear(ServerFrame.newBuilder().setFound(found));
    assertThat(events(Event.Found.class)).containsExactly(new Event.Found(request, "anna", PEER));
    frames.clear();
    passHearing(20_000);
    assertThat(frames).noneMatch(ClientFrame::hasLookUp);
  }

  @Test
  void a_request_refused_for_now_is_repeated_when_the_server_said_and_one_refused_fails() {
    attach(0);
    int busy = machine.link(ByteString.copyFrom(new byte[16]), now);
    error(Reason.OVERLOADED, 3_000, busy);
    pass(3_000);
    assertThat(frames.stream().filter(ClientFrame::hasLinkDevice)).hasSize(2);
    int unknown = machine.lookUp("anna", now);
    error(Reason.NOT_FOUND, 0, unknown);
    assertThat(events(Event.RequestFailed.class).get(0).reason()).isEqualTo(Reason.NOT_FOUND);
  }

  @Test
  void a_malformed_answer_and_one_to_another_question_leave_a_request_open() {
    attach(0);
    int request = machine.lookUp("anna", now);
    hear(ServerFrame.newBuilder().setDeviceRevoked(DeviceRevoked.newBuilder().setRequest(request)));
    hear(
        ServerFrame.newBuilder()
            .setFound(
                Found.newBuilder()
                    .setRequest(request)
                    .setHandle("anna")
                    .setUser(ByteString.copyFromUtf8("abc"))));
    pass(2_000);
    attach(0);
    hear(
        ServerFrame.newBuilder()
            .setFound(
                Found.newBuilder().setRequest(request).setHandle("anna").setUser(PEER.bytes())));

    assertThat(events(Event.Revoked.class)).isEmpty();
    assertThat(events(Event.Found.class)).containsExactly(new Event.Found(request, "anna", PEER));
  }
}
