package io.breakwater.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.Displaced;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.GoAway;
import io.breakwater.proto.client.Queued;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.client.SignedUp;
import io.breakwater.proto.client.WorkDemand;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A sign-up that waits in the server's line. */
final class SignUpMachineTest {
  private static final ByteString ID = ByteString.copyFrom(new byte[16]);

  private final SignUpMachine machine = machine("ann", ByteString.EMPTY);
  private final List<SignUp> signUps = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private final List<Output.Work> works = new ArrayList<>();
  private int stops;
  private long now = 1_000;
  private long connection;

  private static SignUpMachine machine(String handle, ByteString ticket) {
    return new SignUpMachine(ID, handle, ticket, new SplittableRandom(1));
  }

  @BeforeEach
  void start() {
    machine.start(now);
    settle();
    assertThat(signUps).hasSize(1);
  }

  /** Connections open at once. */
  private void settle() {
    for (Step step = machine.drain(); !step.isEmpty(); step = machine.drain()) {
      for (Output output : step.outputs()) {
        if (output instanceof Output.Connect connect) {
          connection = connect.connection();
          machine.connected(connection, now);
        } else if (output instanceof Output.Transmit transmit) {
          signUps.add(transmit.frame().getSignUp());
        } else if (output instanceof Output.Notify notify) {
          events.add(notify.event());
        } else if (output instanceof Output.Close) {
          connection = 0;
        } else if (output instanceof Output.Work work) {
          works.add(work);
        } else if (output instanceof Output.StopWork) {
          stops++;
        }
      }
    }
  }

  private SignUp last() {
    return signUps.get(signUps.size() - 1);
  }

  private void hears(ServerFrame.Builder frame) {
    machine.received(connection, frame.build(), now);
    settle();
  }

  private void queued(int place, String ticket, int returnAfterMs) {
    hears(
        ServerFrame.newBuilder()
            .setQueued(
                Queued.newBuilder()
                    .setPlace(place)
                    .setEstimateMs(place * 10L)
                    .setTicket(ByteString.copyFromUtf8(ticket))
                    .setReturnAfterMs(returnAfterMs)));
  }

  private void pass(long ms) {
    now += ms;
    machine.tick(now);
    settle();
  }

  private void breaks() {
    machine.disconnected(connection, "reset", now);
    settle();
    pass(machine.wakeUpMs() - now);
  }

  @Test
  void has_no_ticket_at_first_and_says_what_it_hears() {
    assertThat(signUps.get(0).getTicket().isEmpty()).isTrue();
    queued(7, "one", 0);
    assertThat(events).containsExactly(new Event.Queued(7, 70));
  }

  @Test
  void brings_the_newest_ticket_wherever_it_comes() {
    queued(7, "one", 0);
    queued(6, "two", 0);
    breaks();
    assertThat(last().getTicket()).isEqualTo(ByteString.copyFromUtf8("two"));
    assertThat(last().getSignUpId()).isEqualTo(ID);
    breaks();
    assertThat(last().getTicket()).isEqualTo(ByteString.copyFromUtf8("two"));
  }

  @Test
  void comes_back_to_a_full_line_when_it_was_told_and_not_before() {
    queued(100_001, "one", 40_000);
    assertThat(connection).isZero();
    assertThat(machine.wakeUpMs()).isEqualTo(now + 40_000);
    pass(39_999);
    assertThat(signUps).hasSize(1);
    pass(1);
    assertThat(signUps).hasSize(2);
    assertThat(last().getTicket()).isEqualTo(ByteString.copyFromUtf8("one"));
  }

  @Test
  void waits_as_long_as_it_is_told_its_place_and_gives_a_silent_connection_up() {
    for (int i = 0; i < 1_000; i++) {
      queued(1_000 - i, "ticket", 0);
      pass(29_999);
    }
    assertThat(signUps).hasSize(1);
    pass(1);
    assertThat(events).last().isInstanceOf(Event.Detached.class);
    // It held for long: the first of its retries comes soon.
    assertThat(machine.wakeUpMs()).isLessThanOrEqualTo(now + 1_000);
  }

  @Test
  void a_gateway_that_stops_costs_it_no_place() {
    queued(7, "one", 0);
    queued(7, "fresh", 0);
    hears(ServerFrame.newBuilder().setGoAway(GoAway.newBuilder().setReturnAfterMs(500)));
    pass(500);
    pass(machine.wakeUpMs() - now);
    assertThat(last().getTicket()).isEqualTo(ByteString.copyFromUtf8("fresh"));
  }

  @Test
  void is_done_when_it_has_an_account_or_cannot_have_one() {
    queued(1, "one", 0);
    hears(
        ServerFrame.newBuilder()
            .setSignedUp(
                SignedUp.newBuilder().setUser(ID).setToken(ByteString.copyFromUtf8("token"))));
    assertThat(events).last().isInstanceOf(Event.SignedUp.class);
    assertThat(machine.wakeUpMs()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void tells_of_what_trying_again_cannot_help() {
    queued(1, "one", 0);
    hears(ServerFrame.newBuilder().setError(Error.newBuilder().setReason(Reason.HANDLE_TAKEN)));
    assertThat(events).last().isEqualTo(new Event.SignUpFailed(Reason.HANDLE_TAKEN, ""));
    assertThat(machine.wakeUpMs()).isEqualTo(Long.MAX_VALUE);
    assertThat(machine.ticket()).isEqualTo(ByteString.copyFromUtf8("one"));
  }

  @Test
  void another_handle_keeps_the_place() {
    SignUpMachine other = machine("anna", ByteString.copyFromUtf8("one"));
    other.start(now);
    other.connected(1, now);
    assertThat(other.drain().outputs())
        .filteredOn(Output.Transmit.class::isInstance)
        .extracting(output -> ((Output.Transmit) output).frame().getSignUp())
        .containsExactly(
            SignUp.newBuilder()
                .setSignUpId(ID)
                .setHandle("anna")
                .setTicket(ByteString.copyFromUtf8("one"))
                .build());
  }

  @Test
  void comes_back_a_minute_later_if_another_connection_has_its_place() {
    queued(3, "one", 0);
    hears(ServerFrame.newBuilder().setDisplaced(Displaced.getDefaultInstance()));
    assertThat(connection).isZero();
    assertThat(machine.wakeUpMs() - now).isBetween(60_000L, 70_000L);
    pass(machine.wakeUpMs() - now);
    assertThat(last().getTicket()).isEqualTo(ByteString.copyFromUtf8("one"));
  }

  private static ServerFrame demand(int bits) {
    return ServerFrame.newBuilder()
        .setQueued(
            Queued.newBuilder()
                .setPlace(3)
                .setWork(
                    WorkDemand.newBuilder()
                        .setChallenge(ByteString.copyFromUtf8("challenge"))
                        .setBits(bits)))
        .build();
  }

  private Output.Work asked() {
    machine.received(connection, demand(8), now);
    settle();
    assertThat(events).as("it has no place yet").doesNotHaveAnyElementsOfTypes(Event.Queued.class);
    return works.get(works.size() - 1);
  }

  @Test
  void shows_its_work_on_the_connection_that_asked_for_it() {
    Output.Work work = asked();
    assertThat(signUps).hasSize(1);
    machine.worked(work.connection(), work.challenge(), 42, now);
    settle();
    assertThat(signUps).hasSize(2);
    assertThat(last().getWork().getNonce()).isEqualTo(42);
    assertThat(last().getWork().getChallenge().toStringUtf8()).isEqualTo("challenge");
    assertThat(last().getSignUpId()).isEqualTo(ID);
  }

  @Test
  void shows_work_on_the_next_connection_if_that_one_broke() {
    Output.Work work = asked();
    machine.disconnected(connection, "broke", now);
    machine.worked(work.connection(), work.challenge(), 42, now);
    settle();
    assertThat(signUps).hasSize(1);
    now += 60_000;
    machine.tick(now);
    settle();
    assertThat(signUps).hasSize(2);
    assertThat(last().getWork().getNonce()).isEqualTo(42);
  }

  @Test
  void goes_on_with_its_work_when_the_next_connection_asks_for_the_same() {
    Output.Work work = asked();
    breaks();
    assertThat(signUps).hasSize(2);
    assertThat(last().hasWork()).isFalse();
    asked();
    assertThat(works).as("what was tried already is not tried again").hasSize(1);
    assertThat(stops).isZero();
    machine.worked(work.connection(), work.challenge(), 42, now);
    settle();
    assertThat(signUps).hasSize(3);
    assertThat(last().getWork().getNonce()).isEqualTo(42);
  }

  @Test
  void goes_on_with_its_work_while_it_is_away_for_no_longer_than_the_challenge_may_hold() {
    Output.Work work = asked();
    queuedWithoutTicket(55_000);
    assertThat(stops).isZero();
    machine.worked(work.connection(), work.challenge(), 42, now);
    pass(55_000);
    assertThat(last().getWork().getNonce()).isEqualTo(42);
  }

  private void queuedWithoutTicket(int returnAfterMs) {
    hears(
        ServerFrame.newBuilder()
            .setQueued(Queued.newBuilder().setPlace(9).setReturnAfterMs(returnAfterMs)));
  }

  private void error(Reason reason, int returnAfterMs) {
    hears(
        ServerFrame.newBuilder()
            .setError(Error.newBuilder().setReason(reason).setReturnAfterMs(returnAfterMs)));
  }

  @Test
  void stops_its_work_when_it_is_away_for_longer() {
    asked();
    queuedWithoutTicket(61_000);
    assertThat(stops).isEqualTo(1);
  }

  @Test
  void stops_its_work_when_an_error_sends_it_away_for_longer() {
    asked();
    error(Reason.RATE_LIMITED, 30_000);
    assertThat(stops).isZero();
    pass(30_000);
    error(Reason.RATE_LIMITED, 31_000);
    assertThat(stops).isEqualTo(1);
  }

  @Test
  void stops_its_work_when_the_challenge_cannot_hold_any_more() {
    asked();
    machine.disconnected(connection, "broke", now);
    settle();
    long until = now + 60_000;
    while (now < until) {
      assertThat(stops).isZero();
      pass(Math.min(machine.wakeUpMs(), until) - now);
      machine.disconnected(connection, "broke", now);
      settle();
    }
    assertThat(stops).isEqualTo(1);
  }

  @Test
  void stops_its_work_when_it_has_an_account() {
    asked();
    hears(ServerFrame.newBuilder().setSignedUp(SignedUp.newBuilder().setUser(ID)));
    assertThat(stops).isEqualTo(1);
  }

  @Test
  void stops_its_work_when_another_connection_has_its_place() {
    asked();
    hears(ServerFrame.newBuilder().setDisplaced(Displaced.getDefaultInstance()));
    assertThat(stops).isEqualTo(1);
  }

  @Test
  void stops_its_work_when_trying_again_cannot_help() {
    asked();
    error(Reason.HANDLE_TAKEN, 0);
    assertThat(stops).isEqualTo(1);
  }

  @Test
  void stops_its_work_when_more_is_asked_for_than_a_phone_can() {
    asked();
    machine.received(connection, demand(23), now);
    settle();
    assertThat(stops).isEqualTo(1);
  }

  @Test
  void stops_its_work_when_the_application_gives_up() {
    asked();
    machine.stop(now);
    settle();
    assertThat(stops).isEqualTo(1);
  }

  @Test
  void stops_its_work_and_leaves_when_the_gateway_goes_and_is_asked_anew_where_it_comes_next() {
    Output.Work work = asked();
    hears(ServerFrame.newBuilder().setGoAway(GoAway.newBuilder().setReturnAfterMs(40_000)));
    assertThat(connection).as("it has no place to wait for").isZero();
    assertThat(machine.wakeUpMs()).isEqualTo(now + 40_000);
    machine.worked(work.connection(), work.challenge(), 42, now);
    settle();
    assertThat(signUps).hasSize(1);
    pass(40_000);
    assertThat(signUps).hasSize(2);
    assertThat(last().hasWork()).isFalse();
    Output.Work next = asked();
    machine.worked(next.connection(), next.challenge(), 43, now);
    settle();
    assertThat(last().getWork().getNonce()).isEqualTo(43);
  }

  @Test
  void shows_what_it_did_while_it_greeted_and_does_it_anew_only_if_that_is_refused() {
    Output.Work first = asked();
    breaks();
    int before = signUps.size();
    machine.worked(first.connection(), first.challenge(), 42, now);
    settle();
    machine.received(connection, demand(8), now);
    settle();
    assertThat(works).hasSize(1);
    assertThat(signUps).hasSize(before + 1);
    assertThat(last().getWork().getNonce()).isEqualTo(42);
    machine.received(connection, demand(8), now);
    settle();
    assertThat(signUps).as("no loop").hasSize(before + 1);
    assertThat(works).hasSize(2);
  }

  @Test
  void says_of_a_place_that_it_is_kept_only_if_there_is_a_ticket_for_it() {
    queued(100_001, "one", 40_000);
    assertThat(events)
        .last()
        .isEqualTo(new Event.Detached("the line is full; the place is kept", 40_000));
    pass(40_000);
    hears(
        ServerFrame.newBuilder()
            .setQueued(Queued.newBuilder().setPlace(9).setReturnAfterMs(30_000)));
    assertThat(events).last().isEqualTo(new Event.Detached("the line is full", 30_000));
    assertThat(machine.ticket()).isEqualTo(ByteString.copyFromUtf8("one"));
  }

  @Test
  void does_not_do_more_than_a_phone_can() {
    machine.received(connection, demand(23), now);
    settle();
    assertThat(works).isEmpty();
    assertThat(events)
        .containsExactly(
            new Event.SignUpFailed(
                Reason.OVERLOADED, "proof of work: 23 bits (expected: at most 22)"));
    assertThat(connection).isZero();
  }
}
