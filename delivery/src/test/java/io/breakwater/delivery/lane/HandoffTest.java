package io.breakwater.delivery.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.Shard;
import io.breakwater.common.id.ShardMap;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.Credentials;
import io.breakwater.delivery.lane.Bench.Kind;
import io.breakwater.delivery.lane.Bench.Member;
import io.breakwater.delivery.lane.Bench.Parcel;
import io.breakwater.delivery.membership.Cluster;
import io.breakwater.delivery.membership.Standings;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.journal.Record;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.Detach;
import io.breakwater.proto.trunk.Ended;
import io.breakwater.proto.trunk.SendFrom;
import io.breakwater.proto.trunk.SyncFrom;
import io.breakwater.storage.IncarnationStore.Registration;
import io.breakwater.storage.ViewStore.Earlier;
import io.breakwater.storage.ViewStore.View;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Two nodes of one lane each: the second one joins, and Bob's shard becomes its own. */
class HandoffTest {
  private static final IncarnationId FIRST = new IncarnationId(1, 2);
  private static final IncarnationId SECOND = new IncarnationId(3, 4);
  private static final IncarnationId THIRD = new IncarnationId(5, 6);
  private static final long PHONE = 1;
  private static final long TABLET = 2;

  private final Bench first = new Bench();
  private final Bench second = new Bench(first.limits, first.storage, SECOND, 9_000_000);
  private final Member alice = first.signUp();
  private final Member bob = of(SECOND);

  private Member of(IncarnationId owner) {
    ShardMap map = new ShardMap(List.of(FIRST, SECOND));
    return Stream.generate(first::signUp)
        .filter(member -> map.ownerOf(Shard.of(member.user())).equals(owner))
        .findFirst()
        .orElseThrow();
  }

  private static Registration row(IncarnationId id, long released) {
    return new Registration(id, id + ":1", 1, Map.of(), 0, released, false, false);
  }

  /** View 1 is of the first node alone, view 2 of both, view 3 of the first one again. */
  private static Cluster cluster(long number, long firstReleased, long secondReleased) {
    List<IncarnationId> both = List.of(FIRST, SECOND);
    List<Earlier> earlier =
        Stream.of(new Earlier(1, List.of(FIRST)), new Earlier(2, both))
            .filter(each -> each.number() < number)
            .toList();
    View view = new View(number, number == 2 ? both : List.of(FIRST), earlier, 0);
    return Cluster.of(view, List.of(row(FIRST, firstReleased), row(SECOND, secondReleased)));
  }

  private static void adopt(Bench bench, IncarnationId self, Cluster cluster) {
    bench.input(() -> bench.lane.adopt(new Standings(self, cluster), 5_000_000));
  }

  private void begin() {
    adopt(first, FIRST, cluster(1, 1, 0));
  }

  /** The second one is in the view; the first one has not released. */
  private void join() {
    adopt(first, FIRST, cluster(2, 1, 0));
    adopt(second, SECOND, cluster(2, 1, 0));
  }

  private void openSecond() {
    adopt(second, SECOND, cluster(2, 2, 2));
  }

  /** Carries what the first one hands off to the second one, and its answer back. */
  private void carry() {
    Parcel parcel = first.parcels.removeFirst();
    second.input(
        () -> second.lane.resubmit(parcel.ticket(), parcel.view(), FIRST, parcel.records()));
    answer(parcel);
  }

  private void answer(Parcel parcel) {
    assertThat(second.resubmitted).contains(parcel.ticket());
    first.input(() -> first.lane.handedOff(parcel.ticket()));
  }

  @Test
  void what_is_unsettled_is_delivered_by_the_new_home_under_the_same_ids() {
    begin();
    first.send(alice, bob.user(), 1, 0);
    ServerFrame sent = first.answer(alice);
    join();
    assertThat(first.released).doesNotContain(2L);
    carry();
    assertThat(first.released).contains(2L);
    openSecond();

    second.attach(bob, PHONE, 0);

    var entries = second.entries(PHONE);
    assertThat(entries).hasSize(1);
    assertThat(entries.getFirst().getEntryId())
        .isEqualTo(first.journaledEntries().getFirst().getEntryId());
    assertThat(entries.getFirst().getMessage().getMessageId())
        .isEqualTo(sent.getSent().getMessageId());
    assertThat(first.lane.isSettled()).isTrue();
  }

  @Test
  void a_message_that_was_not_durable_is_answered_when_the_new_home_has_published_it() {
    begin();
    first.hold(Kind.BLOCK);
    first.send(alice, bob.user(), 1, 0);
    join();
    first.release(Kind.BLOCK);
    assertThat(first.take(alice.device().value())).isEmpty();

    second.hold(Kind.BLOCK);
    Parcel parcel = first.parcels.removeFirst();
    second.input(
        () -> second.lane.resubmit(parcel.ticket(), parcel.view(), FIRST, parcel.records()));
    assertThat(second.resubmitted).isEmpty();
    second.release(Kind.BLOCK);
    answer(parcel);

    assertThat(first.answer(alice).hasSent()).isTrue();
  }

  @Test
  void a_parcel_that_comes_twice_is_not_answered_before_it_is_durable() {
    begin();
    first.send(alice, bob.user(), 1, 0);
    join();
    second.hold(Kind.BLOCK);
    Parcel parcel = first.parcels.removeFirst();
    second.input(
        () -> second.lane.resubmit(parcel.ticket(), parcel.view(), FIRST, parcel.records()));
    second.input(
        () -> second.lane.resubmit(parcel.ticket() + 1, parcel.view(), FIRST, parcel.records()));

    assertThat(second.resubmitted).isEmpty();
    second.release(Kind.BLOCK);
    assertThat(second.resubmitted).containsExactlyInAnyOrder(parcel.ticket(), parcel.ticket() + 1);
  }

  @Test
  void a_parcel_that_failed_is_sent_again() {
    begin();
    first.send(alice, bob.user(), 1, 0);
    join();
    Parcel parcel = first.parcels.removeFirst();
    first.input(() -> first.lane.handOffFailed(parcel.ticket()));
    assertThat(first.parcels).isEmpty();
    first.pass(200);
    carry();
    assertThat(first.released).contains(2L);
  }

  @Test
  void the_new_home_accepts_nothing_before_the_old_one_has_released() {
    begin();
    first.send(alice, bob.user(), 1, 0);
    join();
    second.attach(bob, PHONE, 0);
    second.send(alice, bob.user(), 2, 1);
    carry();
    second.pass(1_000);
    assertThat(second.frames).isEmpty();

    assertThat(second.lane.sendsAwaitingHome()).isPositive();

    openSecond();

    assertThat(second.lane.sendsAwaitingHome()).isZero();
    assertThat(second.delivered(PHONE)).containsExactly(1L, 2L);
    assertThat(second.answer(alice).hasSent()).isTrue();
  }

  @Test
  void who_waits_for_a_new_home_is_told_to_come_back_after_six_seconds() {
    begin();
    join();
    second.attach(bob, PHONE, 0);
    second.send(alice, bob.user(), 1, 0);
    second.pass(5_900);
    assertThat(second.frames).isEmpty();
    assertThat(second.lane.sendsAwaitingHome()).isEqualTo(1);
    second.pass(200);
    assertThat(second.lane.sendsAwaitingHome()).isZero();
    assertThat(second.sendsTurnedAway).isEmpty();
    assertThat(second.answer(alice).getSendRefused().getReason()).isEqualTo(Reason.UNAVAILABLE);
    assertThat(second.take(PHONE).getFirst().getAttachRefused().getReturnAfterMs()).isPositive();
  }

  @Test
  void the_old_home_ends_sessions_and_passes_sends_on() {
    begin();
    first.attach(bob, PHONE, 0);
    first.take(PHONE);
    join();
    assertThat(causes(first.take(PHONE))).containsExactly(Ended.Cause.UNKNOWN);
    first.send(alice, bob.user(), 1, 0);
    first.attach(bob, TABLET, 0);

    assertThat(first.forwarded).extracting(SendFrom::getSender).hasSize(1);
    assertThat(causes(first.take(TABLET))).containsExactly(Ended.Cause.UNKNOWN);
    assertThat(first.journaledEntries()).isEmpty();
  }

  private static List<Ended.Cause> causes(List<DeliveryFrame> frames) {
    return frames.stream()
        .filter(DeliveryFrame::hasEnded)
        .map(frame -> frame.getEnded().getCause())
        .toList();
  }

  @Test
  void shards_that_stay_are_not_disturbed() {
    Member carol = of(FIRST);
    begin();
    first.attach(carol, PHONE, 0);
    first.take(PHONE);
    join();
    first.send(alice, carol.user(), 1, 0);
    assertThat(first.delivered(PHONE)).containsExactly(1L);
  }

  @Test
  void a_device_that_was_away_reads_what_the_old_home_has_stored() {
    begin();
    first.send(alice, bob.user(), 1, 0);
    first.pass(10_000);
    assertThat(first.lane.isSettled()).isTrue();
    join();
    openSecond();
    second.attach(bob, PHONE, 0);
    assertThat(second.delivered(PHONE)).containsExactly(1L);
  }

  @Test
  void a_retry_at_the_new_home_gets_the_first_answer() {
    begin();
    first.send(alice, bob.user(), 1, 0);
    ServerFrame sent = first.answer(alice);
    first.pass(10_000);
    join();
    openSecond();
    second.stepClock(60_000);
    second.sendFirst(alice, bob.user(), retry(1));
    assertThat(Bench.id(second.answer(alice))).isEqualTo(Bench.id(sent));
  }

  /** The clock of the earlier home was ahead, and its answer was lost. */
  @Test
  void what_follows_a_message_that_its_sender_gave_up_sorts_after_it_at_a_new_home() {
    begin();
    first.stepClock(20_000);
    first.pass(1_000);
    first.send(alice, bob.user(), 1, 0);
    MessageId before = Bench.id(first.answer(alice));
    first.pass(10_000);
    join();
    openSecond();

    second.send(alice, bob.user(), 2, 0);

    assertThat(Bench.id(second.answer(alice)).isAfter(before)).isTrue();
  }

  @Test
  void a_first_transmission_that_was_late_does_not_become_a_second_message() {
    first.pass(100_000);
    second.pass(100_000);
    begin();
    first.send(alice, bob.user(), 1, 0);
    ServerFrame sent = first.answer(alice);
    first.pass(10_000);
    second.pass(10_000);
    join();
    openSecond();
    // The gateway passes on what it had from before the change, though a retry came another way.
    second.send(alice, bob.user(), 1, 0);
    assertThat(Bench.id(second.answer(alice))).isEqualTo(Bench.id(sent));
  }

  private Send.Builder retry(long clientId) {
    return Send.newBuilder()
        .setClientId(clientId)
        .setRetry(true)
        .setPayload(ByteString.copyFromUtf8("again"));
  }

  @Test
  void what_comes_back_before_it_was_handed_off_is_published_here_once() {
    begin();
    first.hold(Kind.BLOCK);
    first.send(alice, bob.user(), 1, 0);
    join();
    first.release(Kind.BLOCK);
    Parcel parcel = first.parcels.removeFirst();
    assertThat(first.take(alice.device().value())).isEmpty();
    adopt(first, FIRST, cluster(3, 1, 0));
    ServerFrame sent = first.answer(alice);
    adopt(first, FIRST, cluster(3, 1, 3));

    assertThat(sent.hasSent()).isTrue();
    first.input(() -> first.lane.handOffFailed(parcel.ticket()));
    first.attach(bob, PHONE, 0);
    first.sendFirst(alice, bob.user(), retry(1));
    assertThat(Bench.id(first.answer(alice))).isEqualTo(Bench.id(sent));
    assertThat(first.delivered(PHONE)).containsExactly(1L);
    assertThat(first.released).contains(3L);
  }

  @Test
  void what_comes_back_before_it_was_handed_off_is_not_handed_to_this_node_itself() {
    begin();
    first.send(alice, bob.user(), 1, 0);
    join();
    Parcel parcel = first.parcels.removeFirst();
    adopt(first, FIRST, cluster(3, 1, 0));
    first.input(() -> first.lane.handOffFailed(parcel.ticket()));
    first.pass(1_000);
    assertThat(first.parcels).isEmpty();
    assertThat(first.released).contains(3L);

    adopt(first, FIRST, cluster(3, 3, 3));
    first.attach(bob, PHONE, 0);
    assertThat(first.delivered(PHONE)).containsExactly(1L);
  }

  @Test
  void what_another_node_took_is_published_here_again_before_that_node_has_released_it() {
    begin();
    first.attach(bob, PHONE, 0);
    first.send(alice, bob.user(), 1, 0);
    // A device row on its way keeps the mailbox here when all of it is handed off.
    first.hold(Kind.DEVICE);
    Credentials tablet = first.mint.link(bob.user(), first.secret());
    first.input(() -> first.lane.link(Bench.TRUNK, PHONE, bob.user(), 1, tablet));
    join();
    carry();
    adopt(first, FIRST, cluster(3, 1, 0));
    adopt(second, SECOND, cluster(3, 1, 0));

    Parcel back = second.parcels.removeFirst();
    first.input(() -> first.lane.resubmit(back.ticket(), back.view(), SECOND, back.records()));
    assertThat(first.resubmitted).contains(back.ticket());
  }

  @Test
  void an_answer_that_came_before_a_shard_was_taken_back_and_lost_again_does_not_count() {
    begin();
    first.send(alice, bob.user(), 1, 0);
    join();
    Parcel old = first.parcels.removeFirst();
    adopt(first, FIRST, cluster(3, 1, 0));
    List<IncarnationId> both = List.of(FIRST, SECOND);
    View again =
        new View(4, both, List.of(new Earlier(2, both), new Earlier(3, List.of(FIRST))), 0);
    adopt(first, FIRST, Cluster.of(again, List.of(row(FIRST, 1), row(SECOND, 3))));

    first.input(() -> first.lane.handedOff(old.ticket()));

    assertThat(first.released).doesNotContain(4L);
    assertThat(first.parcels).singleElement().extracting(Parcel::records).isEqualTo(old.records());
  }

  @Test
  void a_node_that_may_be_sealed_does_not_believe_that_a_parcel_is_published() {
    begin();
    first.hold(Kind.BLOCK);
    first.send(alice, bob.user(), 1, 0);
    join();
    Parcel parcel = first.parcels.removeFirst();
    first.readsAreClean = false;
    first.pass(1_500);

    // Its home has it from a recoverer, or never: it does not wait for this node any more.
    first.input(() -> first.lane.handedOff(parcel.ticket()));

    assertThat(first.take(alice.device().value())).isEmpty();
    first.readsAreClean = true;
    first.pass(500);
    assertThat(first.parcels).hasSize(1);
    assertThat(first.released).doesNotContain(2L);
  }

  @Test
  void a_home_that_may_be_sealed_does_not_say_that_nobody_needs_a_copy() {
    begin();
    first.hold(Kind.COPY);
    first.send(alice, bob.user(), 1, 0);
    first.readsAreClean = false;
    first.pass(1_500);
    first.release(Kind.COPY);
    first.readsAreClean = true;
    first.pass(6_000);

    assertThat(first.copies).hasSize(2);
  }

  @Test
  void what_a_second_recoverer_brings_when_the_first_one_is_done_is_left_alone() {
    begin();
    first.hold(Kind.BLOCK);
    first.send(alice, bob.user(), 1, 0);
    adopt(second, SECOND, cluster(2, 2, 2));
    second.send(alice, bob.user(), 1, 0);
    ServerFrame sent = second.answer(alice);

    // The first node is sealed and does not know it, so nobody has seen what it journals.
    adopt(first, FIRST, cluster(2, 1, 0));
    Parcel late = first.parcels.removeFirst();
    second.input(() -> second.lane.resubmit(late.ticket(), late.view(), FIRST, late.records()));

    assertThat(second.resubmitted).containsExactly(late.ticket());
    second.attach(bob, PHONE, 0);
    assertThat(second.delivered(PHONE)).containsExactly(1L);
    second.sendFirst(alice, bob.user(), retry(1));
    assertThat(Bench.id(second.answer(alice))).isEqualTo(Bench.id(sent));
  }

  @Test
  void what_a_second_recoverer_brings_is_left_alone_by_a_home_that_waits_for_somebody_else() {
    begin();
    first.hold(Kind.BLOCK);
    first.send(alice, bob.user(), 1, 0);
    adopt(first, FIRST, cluster(2, 1, 0));
    Parcel late = first.parcels.removeFirst();
    // Two views later: the first node is long recovered, and the third one gains from the second.
    Bench third = new Bench(first.limits, first.storage, THIRD, 10_000_000);
    Earlier earlier = new Earlier(4, List.of(SECOND));
    View view = new View(5, List.of(THIRD), List.of(earlier), 0);
    Registration recovered = new Registration(FIRST, "first:1", 1, Map.of(), 0, 1, true, true);
    adopt(third, THIRD, Cluster.of(view, List.of(recovered, row(SECOND, 4), row(THIRD, 0))));

    third.input(() -> third.lane.resubmit(late.ticket(), late.view(), FIRST, late.records()));

    assertThat(third.resubmitted).containsExactly(late.ticket());
    assertThat(third.journaledEntries()).isEmpty();
  }

  @Test
  void a_home_that_does_not_know_the_view_of_a_parcel_refuses_it() {
    begin();
    first.send(alice, bob.user(), 1, 0);
    join();
    Parcel parcel = first.parcels.removeFirst();

    second.input(() -> second.lane.resubmit(1, 3, FIRST, parcel.records()));

    assertThat(second.resubmissionsRefused).containsExactly(1L);
    assertThat(second.journaledEntries()).isEmpty();
  }

  @Test
  void a_view_is_adopted_though_another_lane_has_asked_for_less_ids_before() {
    begin();
    join();
    openSecond();
    second.hold(Kind.CEILING);
    Standings latest = new Standings(SECOND, cluster(3, 2, 2));
    second.input(() -> second.lane.adopt(latest, 50_000_000));
    assertThat(second.heldAnswers(Kind.CEILING)).isEqualTo(1);

    // The node was raising it for the other lane when this one asked, and is done with that.
    second.input(() -> second.lane.ceilingRaised(20_000_000));
    assertThat(second.heldAnswers(Kind.CEILING)).isEqualTo(2);
    second.releaseLatest(Kind.CEILING);
    assertThat(second.released).contains(3L);
  }

  @Test
  void what_a_lookup_finds_of_a_shard_that_was_lost_meanwhile_is_not_kept() {
    begin();
    first.send(alice, bob.user(), 1, 0);
    first.pass(10_000);
    join();
    openSecond();
    second.stepClock(60_000);
    second.hold(Kind.ORIGINS_READ);
    second.sendFirst(alice, bob.user(), retry(1));
    assertThat(second.heldAnswers(Kind.ORIGINS_READ)).isEqualTo(1);
    adopt(second, SECOND, cluster(3, 2, 2));
    second.release(Kind.ORIGINS_READ);
    assertThat(second.lane.stats().knownOrigins).isZero();
  }

  @Test
  void a_device_row_that_is_not_sure_to_be_read_keeps_its_mailbox_here() {
    begin();
    first.attach(bob, PHONE, 0);
    first.hold(Kind.DEVICE);
    Credentials tablet = first.mint.link(bob.user(), first.secret());
    first.input(() -> first.lane.link(Bench.TRUNK, PHONE, bob.user(), 1, tablet));
    first.readsAreClean = false;
    first.pass(1_500);
    join();
    first.release(Kind.DEVICE);
    first.pass(100);
    assertThat(first.released).doesNotContain(2L);

    first.readsAreClean = true;
    first.pass(500);
    carry();
    assertThat(first.released).contains(2L);
    assertThat(first.lane.isSettled()).isTrue();
  }

  @Test
  void devices_are_read_again_when_a_mailbox_comes_back() {
    begin();
    first.attach(bob, PHONE, 0);
    join();
    openSecond();
    Member tablet = second.anotherDevice(bob);
    adopt(first, FIRST, cluster(3, 3, 3));
    first.take(TABLET);
    first.attach(tablet, TABLET, 0);
    assertThat(first.take(TABLET)).anyMatch(DeliveryFrame::hasAttached);
  }

  /** Bob's shard is lost, and taken back before anything of it was handed off. */
  private void loseAndTakeBack() {
    join();
    adopt(first, FIRST, cluster(3, 1, 0));
    adopt(first, FIRST, cluster(3, 1, 3));
    first.take(PHONE);
    first.take(TABLET);
  }

  private void link(Credentials device) {
    first.input(() -> first.lane.link(Bench.TRUNK, PHONE, bob.user(), 1, device));
  }

  private void revoke(Member device) {
    first.input(() -> first.lane.revoke(Bench.TRUNK, PHONE, bob.user(), 1, device.device()));
  }

  private static boolean isAttached(List<DeliveryFrame> frames) {
    return frames.stream().anyMatch(DeliveryFrame::hasAttached);
  }

  private static Reason refusal(List<DeliveryFrame> frames) {
    return frames.getLast().getAttachRefused().getReason();
  }

  @Test
  void a_device_that_is_revoked_while_its_mailbox_is_lost_and_taken_back_is_not_served() {
    begin();
    Member tablet = first.anotherDevice(bob);
    first.attach(bob, PHONE, 0);
    first.hold(Kind.DEVICE);
    revoke(tablet);
    loseAndTakeBack();
    first.attach(tablet, TABLET, 0);
    assertThat(isAttached(first.take(TABLET))).isTrue();

    first.release(Kind.DEVICE);

    assertThat(first.relayed(PHONE)).anyMatch(ServerFrame::hasDeviceRevoked);
    assertThat(causes(first.take(TABLET))).containsExactly(Ended.Cause.REVOKED);
    first.attach(tablet, TABLET, 0);
    assertThat(refusal(first.take(TABLET))).isEqualTo(Reason.UNAUTHENTICATED);
  }

  @Test
  void a_device_that_is_revoked_while_devices_are_read_is_not_served() {
    begin();
    Member tablet = first.anotherDevice(bob);
    first.attach(bob, PHONE, 0);
    first.hold(Kind.DEVICE);
    revoke(tablet);
    loseAndTakeBack();
    first.hold(Kind.DEVICES_READ);
    first.attach(tablet, TABLET, 0);

    first.release(Kind.DEVICE);
    first.release(Kind.DEVICES_READ);

    assertThat(refusal(first.take(TABLET))).isEqualTo(Reason.UNAUTHENTICATED);
  }

  @Test
  void a_device_that_is_linked_while_its_mailbox_is_lost_and_taken_back_is_served() {
    begin();
    first.attach(bob, PHONE, 0);
    first.hold(Kind.DEVICE);
    Credentials tablet = first.mint.link(bob.user(), first.secret());
    link(tablet);
    loseAndTakeBack();
    first.attach(bob, PHONE, 0);
    assertThat(isAttached(first.take(PHONE))).isTrue();

    first.release(Kind.DEVICE);

    assertThat(first.relayed(PHONE)).anyMatch(ServerFrame::hasDeviceLinked);
    first.attach(new Member(tablet), TABLET, 0);
    assertThat(isAttached(first.take(TABLET))).isTrue();
  }

  @Test
  void a_device_that_is_linked_while_devices_are_read_is_served() {
    begin();
    first.attach(bob, PHONE, 0);
    first.hold(Kind.DEVICE);
    Credentials tablet = first.mint.link(bob.user(), first.secret());
    link(tablet);
    loseAndTakeBack();
    first.hold(Kind.DEVICES_READ);
    first.attach(bob, PHONE, 0);

    first.release(Kind.DEVICE);
    first.release(Kind.DEVICES_READ);

    first.attach(new Member(tablet), TABLET, 0);
    assertThat(isAttached(first.take(TABLET))).isTrue();
  }

  /** A view was skipped by which Bob's shard was the second node's: sessions stay, and wait. */
  private long attachAndGain() {
    begin();
    first.attach(bob, PHONE, 0);
    long generation = first.take(PHONE).getFirst().getAttached().getGeneration();
    adopt(first, FIRST, cluster(3, 1, 0));
    return generation;
  }

  private void openFirst() {
    adopt(first, FIRST, cluster(3, 1, 3));
  }

  private void sync() {
    SyncFrom sync = SyncFrom.newBuilder().setDevice(bob.device().value()).build();
    first.input(() -> first.lane.sync(Bench.TRUNK, PHONE, bob.user(), sync));
  }

  @Test
  void a_link_waits_while_its_shard_is_gained() {
    attachAndGain();
    link(first.mint.link(bob.user(), first.secret()));
    assertThat(first.take(PHONE)).isEmpty();
    openFirst();
    assertThat(first.relayed(PHONE)).anyMatch(ServerFrame::hasDeviceLinked);
  }

  @Test
  void a_revocation_waits_while_its_shard_is_gained() {
    Member tablet = first.anotherDevice(bob);
    attachAndGain();
    revoke(tablet);
    assertThat(first.take(PHONE)).isEmpty();
    openFirst();
    assertThat(first.relayed(PHONE)).anyMatch(ServerFrame::hasDeviceRevoked);
  }

  @Test
  void who_changes_devices_while_a_shard_is_gained_is_told_to_come_back_after_six_seconds() {
    attachAndGain();
    link(first.mint.link(bob.user(), first.secret()));
    first.pass(6_100);
    assertThat(first.relayed(PHONE))
        .singleElement()
        .extracting(ServerFrame::getError)
        .returns(Reason.UNAVAILABLE, error -> error.getReason())
        .satisfies(error -> assertThat(error.getReturnAfterMs()).isPositive());
  }

  @Test
  void a_sync_waits_while_its_shard_is_gained() {
    attachAndGain();
    first.take(PHONE);
    sync();
    assertThat(first.take(PHONE)).isEmpty();
    openFirst();
    assertThat(first.relayed(PHONE)).anyMatch(ServerFrame::hasSynced);
  }

  @Test
  void a_session_whose_sync_has_waited_too_long_attaches_again() {
    attachAndGain();
    sync();
    first.pass(6_100);
    assertThat(causes(first.take(PHONE))).containsExactly(Ended.Cause.UNKNOWN);
  }

  @Test
  void a_session_that_ends_while_its_shard_is_gained_is_not_fed_any_more() {
    long generation = attachAndGain();
    Detach detach =
        Detach.newBuilder().setDevice(bob.device().value()).setGeneration(generation).build();
    first.input(() -> first.lane.detach(bob.user(), detach));
    openFirst();
    first.send(alice, bob.user(), 1, 0);
    assertThat(first.take(PHONE)).isEmpty();
    assertThat(first.lane.stats().sessions).isZero();
  }

  @Test
  void ids_start_above_those_of_the_earlier_owners() {
    begin();
    join();
    openSecond();
    UserId to = bob.user();
    adopt(second, SECOND, cluster(2, 2, 2));
    second.input(() -> second.lane.adopt(new Standings(SECOND, cluster(2, 2, 2)), 20_000_000));
    second.send(alice, to, 1, 0);
    second.pass(100);
    second.take(alice.device().value());
    second.send(alice, to, 2, 1);
    assertThat(second.journaledEntries())
        .isNotEmpty()
        .allSatisfy(entry -> assertThat(entry.getEntryId()).isGreaterThan(20_000_000));
  }

  @Test
  void the_answer_to_a_copy_counts_while_earlier_owners_have_not_released() {
    begin();
    first.hold(Kind.COPY);
    second.hold(Kind.COPY);
    first.send(alice, bob.user(), 1, 0);
    first.answer(alice);
    join();
    carry();
    long entry = first.journaledEntries().getFirst().getEntryId();

    second.input(() -> second.lane.copied(bob.user(), entry));

    openSecond();
    second.input(second.lane::hurry);
    second.pass(3_000);
    assertThat(second.lane.isSettled()).isTrue();
  }

  @Test
  void copies_are_not_asked_for_out_of_order_while_their_messages_are_handed_over() {
    Member carol = of(FIRST);
    Member tablet = first.anotherDevice(carol);
    begin();
    first.attach(tablet, TABLET, 0);
    first.hold(Kind.COPY);
    first.send(carol, bob.user(), 1, 0);
    first.pass(3_000);
    first.send(carol, bob.user(), 2, 1);
    join();
    first.pass(6_000);

    first.releaseLatest(Kind.COPY);

    assertThat(first.delivered(TABLET)).isEmpty();
  }

  /** As when two earlier owners of a shard are recovered at once: a stream comes in pieces. */
  @Test
  void copies_are_asked_for_in_order_when_all_that_earlier_owners_had_has_come() {
    begin();
    first.hold(Kind.COPY);
    second.hold(Kind.COPY);
    first.send(alice, bob.user(), 1, 0);
    first.send(alice, bob.user(), 2, 1);
    first.send(alice, bob.user(), 3, 2);
    join();
    List<Record> all = first.parcels.removeFirst().records();

    second.input(() -> second.lane.resubmit(101, 2, FIRST, List.of(all.get(0), all.get(2))));
    second.input(() -> second.lane.resubmit(102, 2, FIRST, List.of(all.get(1))));
    assertThat(second.resubmitted).contains(101L, 102L);
    assertThat(second.copies).isEmpty();
    openSecond();

    assertThat(second.copies)
        .extracting(copy -> copy.origin().clientId(), Copy::after)
        .containsExactly(tuple(1L, 0L), tuple(2L, 1L), tuple(3L, 2L));
  }

  @Test
  void what_is_gained_is_read_when_somebody_asks_for_it_and_not_before() {
    begin();
    List<Member> moved = Stream.generate(() -> of(SECOND)).limit(40).toList();
    long number = 0;
    for (Member each : moved) {
      first.send(alice, each.user(), 1, 0);
      first.attach(each, PHONE + 1 + number, 0);
      number++;
    }
    join();
    while (!first.parcels.isEmpty()) {
      carry();
    }
    openSecond();
    second.pass(5_000);
    assertThat(second.lane.stats().deviceReads).isZero();
    assertThat(second.lane.stats().mailboxReads).isZero();

    second.attach(moved.getFirst(), PHONE, 0);

    assertThat(second.lane.stats().deviceReads).isEqualTo(1);
  }

  @Test
  void what_a_gateway_should_have_refused_is_found_before_it_waits_for_a_shard() {
    begin();
    join();
    SendFrom wrong =
        SendFrom.newBuilder()
            .setSender(ByteString.copyFrom(alice.user().bytes()))
            .setSend(Send.newBuilder().setClientId(1).setAfter(ByteString.copyFrom(new byte[5])))
            .build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> second.lane.send(Bench.TRUNK, PHONE, 0, bob.user(), wrong));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                second.lane.send(
                    Bench.TRUNK,
                    PHONE,
                    0,
                    bob.user(),
                    wrong.toBuilder()
                        .setSender(ByteString.copyFromUtf8("nobody"))
                        .setSend(Send.newBuilder().setClientId(1))
                        .build()));
    openSecond();
  }

  @Test
  void refuses_what_is_not_its_own() {
    begin();
    first.send(alice, bob.user(), 1, 0);
    join();
    Parcel parcel = first.parcels.removeFirst();
    adopt(second, SECOND, cluster(3, 1, 0));
    second.input(
        () -> second.lane.resubmit(parcel.ticket(), parcel.view(), FIRST, parcel.records()));
    assertThat(second.resubmissionsRefused).containsExactly(parcel.ticket());
    assertThat(second.journaledEntries()).isEmpty();
  }
}
