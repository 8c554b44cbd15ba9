package io.breakwater.gateway.connection;

import static io.breakwater.gateway.connection.MachineFixture.closes;
import static io.breakwater.gateway.connection.MachineFixture.onlyToAny;
import static io.breakwater.gateway.connection.MachineFixture.signUp;
import static io.breakwater.gateway.connection.MachineFixture.solve;
import static io.breakwater.gateway.connection.MachineFixture.toClient;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.gateway.line.Line;
import io.breakwater.gateway.line.Ticket;
import io.breakwater.gateway.line.Work;
import io.breakwater.gateway.rate.Limit;
import io.breakwater.gateway.rate.Rate;
import io.breakwater.gateway.rate.RateLimits;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Queued;
import io.breakwater.proto.client.WorkDemand;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A sign-up that is asked for work before it gets a place, rule by rule. */
final class SignUpWorkTest {
  /** Four places, of which one is taken: 12 bits where it is full, 8 of them now. */
  private final MachineFixture life = MachineFixture.withWork(4, 12);

  private final Line line = life.rules.line();

  SignUpWorkTest() {
    line.join(1, MachineFixture.WALL_MS - 10, life.nowMs);
  }

  private static Queued queued(List<Output> outputs) {
    assertThat(toClient(outputs)).as("%s", outputs).isNotEmpty();
    return toClient(outputs).getFirst().getQueued();
  }

  private static ClientFrame worked(ByteString challenge, long nonce) {
    ClientFrame.Builder frame = signUp().toBuilder();
    frame.getSignUpBuilder().getWorkBuilder().setChallenge(challenge).setNonce(nonce);
    return frame.build();
  }

  private void refused(List<Output> outputs) {
    Queued last = queued(outputs);
    assertThat(last.getReturnAfterMs()).isBetween(5_000, 15_000);
    assertThat(last.getTicket().isEmpty()).as("a ticket is worth a place").isTrue();
    assertThat(closes(outputs)).isTrue();
    assertThat(line.size()).isEqualTo(1);
  }

  @Test
  void has_a_place_when_its_work_is_done_as_of_when_it_came() {
    List<Output> asked = life.receive(signUp());
    assertThat(asked).contains(new Output.WorkDemanded());
    Queued first = queued(asked);
    assertThat(first.getPlace()).isEqualTo(2);
    assertThat(first.getTicket().isEmpty()).isTrue();
    assertThat(first.getReturnAfterMs()).isZero();
    assertThat(first.getWork().getBits()).isEqualTo(8);
    assertThat(line.size()).isEqualTo(1);

    line.join(2, MachineFixture.WALL_MS + 500, life.nowMs);
    life.wallMs += 1_000;
    WorkDemand demand = first.getWork();
    List<Output> done = life.receive(worked(demand.getChallenge(), solve(demand)));
    assertThat(done).contains(new Output.WorkDone());
    assertThat(queued(done).getPlace()).isEqualTo(2);
    assertThat(queued(done).getTicket().isEmpty()).isFalse();
    assertThat(line.size()).isEqualTo(3);
  }

  @Test
  void delivery_hears_nothing_of_it() {
    WorkDemand demand = queued(life.receive(signUp())).getWork();
    life.receive(worked(demand.getChallenge(), solve(demand)));
    assertThat(onlyToAny(life.on(new Input.Turn())).getSignUp()).isEqualTo(signUp().getSignUp());
  }

  @Test
  void who_does_not_work_is_told_to_come_back_before_it_takes_the_silence_for_a_break() {
    life.receive(signUp());
    life.nowMs += 19_999;
    assertThat(life.on(new Input.Swept(Input.Swept.NO_FRAME))).isEmpty();
    life.nowMs += 1;
    List<Output> outputs = life.on(new Input.Swept(Input.Swept.NO_FRAME));
    assertThat(outputs).contains(new Output.WorkRefused(Work.Fault.MISSING));
    refused(outputs);
  }

  @Test
  void asking_again_gives_no_more_time() {
    life.receive(signUp());
    life.nowMs += 15_000;
    assertThat(queued(life.receive(signUp())).hasWork()).isTrue();
    life.nowMs += 5_000;
    refused(life.on(new Input.Swept(Input.Swept.NO_FRAME)));
  }

  @Test
  void work_that_is_not_done_is_refused() {
    WorkDemand demand = queued(life.receive(signUp())).getWork();
    long nonce = solve(demand);
    List<Output> outputs = life.receive(worked(demand.getChallenge(), nonce + 1));
    assertThat(outputs).contains(new Output.WorkRefused(Work.Fault.TOO_LITTLE));
    refused(outputs);
  }

  @Test
  void those_who_do_not_work_send_nobody_away_for_longer() {
    ClientFrame.Builder frame = signUp().toBuilder();
    frame.getSignUpBuilder().getWorkBuilder().setNonce(7);
    for (int i = 0; i < 5_000; i++) {
      MachineFixture fake = another();
      refused(fake.receive(frame.build()));
    }
    assertThat(line.turnedAway(life.nowMs)).isZero();
  }

  @Test
  void work_for_another_sign_up_is_refused() {
    byte[] challenge = life.rules.work().demand(new byte[] {1, 2, 3}, 1, life.wallMs);
    WorkDemand other =
        WorkDemand.newBuilder().setChallenge(ByteString.copyFrom(challenge)).setBits(1).build();
    List<Output> outputs = life.receive(worked(other.getChallenge(), solve(other)));
    assertThat(outputs).contains(new Output.WorkRefused(Work.Fault.FORGED));
    refused(outputs);
  }

  @Test
  void work_of_long_ago_is_asked_for_again() {
    byte[] challenge =
        life.rules.work().demand(signUp().getSignUp().getSignUpId().toByteArray(), 1, 0);
    WorkDemand old =
        WorkDemand.newBuilder().setChallenge(ByteString.copyFrom(challenge)).setBits(1).build();
    List<Output> outputs = life.receive(worked(old.getChallenge(), solve(old)));
    assertThat(outputs).contains(new Output.WorkRefused(Work.Fault.LAPSED));
    assertThat(queued(outputs).hasWork()).isTrue();
  }

  private MachineFixture another() {
    return new MachineFixture(life.rules);
  }

  private static ClientFrame signUpWith(ByteString ticket) {
    ClientFrame.Builder frame = signUp().toBuilder();
    frame.getSignUpBuilder().setTicket(ticket);
    return frame.build();
  }

  /** So many wait besides, who came before. */
  private void joined(int people) {
    for (int i = 0; i < people; i++) {
      line.join(100 + line.size(), MachineFixture.WALL_MS - 5, life.nowMs);
    }
  }

  private ByteString workedTicket() {
    WorkDemand demand = queued(life.receive(signUp())).getWork();
    List<Output> done = life.receive(worked(demand.getChallenge(), solve(demand)));
    return queued(done).getTicket();
  }

  @Test
  void who_has_a_place_or_worked_for_one_does_not_work_again() {
    ByteString ticket = workedTicket();
    assertThat(queued(life.receive(signUp())).hasWork()).as("it has a place").isFalse();
    life.on(new Input.SocketClosed());
    MachineFixture again = another();
    ByteString next = queued(again.receive(signUpWith(ticket))).getTicket();
    assertThat(next.isEmpty()).isFalse();
    again.on(new Input.SocketClosed());
    assertThat(queued(another().receive(signUpWith(next))).hasWork()).isFalse();
  }

  @Test
  void a_ticket_from_when_no_work_was_asked_for_keeps_the_place_and_spares_no_work() {
    life.room.limits(life.room.limits().withWorkBits(0));
    ByteString ticket = queued(life.receive(signUp())).getTicket();
    assertThat(ticket.isEmpty()).isFalse();
    life.on(new Input.SocketClosed());
    life.room.limits(life.room.limits().withWorkBits(12));

    line.join(3, MachineFixture.WALL_MS + 500, life.nowMs);
    life.wallMs += 1_000;
    MachineFixture again = another();
    WorkDemand demand = queued(again.receive(signUpWith(ticket))).getWork();
    assertThat(demand.getBits()).isEqualTo(10);
    Queued done = queued(again.receive(worked(demand.getChallenge(), solve(demand))));
    assertThat(done.getPlace()).isEqualTo(2);
  }

  @Test
  void a_ticket_that_was_worked_for_when_little_was_asked_excuses_for_one_halving_of_the_room() {
    ByteString ticket = workedTicket();
    life.on(new Input.SocketClosed());
    joined(1);
    assertThat(life.room.workBits()).isEqualTo(10);
    MachineFixture early = another();
    assertThat(queued(early.receive(signUpWith(ticket))).hasWork()).isFalse();
    early.on(new Input.SocketClosed());
    joined(2);
    Queued late = queued(another().receive(signUpWith(ticket)));
    assertThat(late.getWork().getBits()).isEqualTo(12);
  }

  @Test
  void work_for_a_challenge_of_few_bits_is_asked_for_anew_when_much_more_is_asked() {
    WorkDemand demand = queued(life.receive(signUp())).getWork();
    assertThat(demand.getBits()).isEqualTo(8);
    joined(3);
    List<Output> outputs = life.receive(worked(demand.getChallenge(), solve(demand)));
    assertThat(outputs).contains(new Output.WorkRefused(Work.Fault.RAISED));
    WorkDemand more = queued(outputs).getWork();
    assertThat(more.getBits()).isEqualTo(12);
    List<Output> done = life.receive(worked(more.getChallenge(), solve(more)));
    assertThat(done).contains(new Output.WorkDone());
  }

  /** Its work is done, and more is asked for by then. */
  private ClientFrame raised() {
    WorkDemand demand = queued(life.receive(signUp())).getWork();
    ClientFrame work = worked(demand.getChallenge(), solve(demand));
    life.nowMs += 15_000;
    joined(3);
    assertThat(queued(life.receive(work)).getWork().getBits()).isEqualTo(12);
    return work;
  }

  @Test
  void who_is_asked_for_more_after_its_work_has_the_time_that_this_takes() {
    raised();
    life.nowMs += 19_999;
    assertThat(life.on(new Input.Swept(Input.Swept.NO_FRAME))).isEmpty();
    life.nowMs += 1;
    List<Output> outputs = life.on(new Input.Swept(Input.Swept.NO_FRAME));
    assertThat(outputs).contains(new Output.WorkRefused(Work.Fault.MISSING));
    assertThat(closes(outputs)).isTrue();
  }

  @Test
  void showing_the_same_work_again_gives_no_more_time() {
    ClientFrame work = raised();
    life.nowMs += 15_000;
    assertThat(queued(life.receive(work)).hasWork()).isTrue();
    life.nowMs += 5_000;
    assertThat(closes(life.on(new Input.Swept(Input.Swept.NO_FRAME)))).isTrue();
  }

  @Test
  void who_is_asked_for_more_after_its_work_is_not_the_first_to_give_way() {
    List<Output> outputs = new ArrayList<>();
    ConnectionMachine first = comes(21, outputs);
    WorkDemand demand = queued(outputs).getWork();
    comes(22, outputs);
    joined(3);
    ClientFrame.Builder work = signUpOf(21).toBuilder();
    work.getSignUpBuilder()
        .getWorkBuilder()
        .setChallenge(demand.getChallenge())
        .setNonce(solve(demand));
    outputs.clear();
    outputs.addAll(first.on(MachineFixture.received(work.build()), life.nowMs));
    assertThat(queued(outputs).getWork().getBits()).isEqualTo(12);
    comes(23, outputs);
    assertThat(outputs).contains(new Output.GiveWay(22));
  }

  @Test
  void work_counts_while_little_more_is_asked_than_was() {
    WorkDemand demand = queued(life.receive(signUp())).getWork();
    joined(1);
    List<Output> outputs = life.receive(worked(demand.getChallenge(), solve(demand)));
    assertThat(outputs).contains(new Output.WorkDone());
    assertThat(queued(outputs).getTicket().isEmpty()).isFalse();
  }

  @Test
  void who_finds_the_room_full_after_its_work_has_a_ticket() {
    joined(1);
    WorkDemand demand = queued(life.receive(signUp())).getWork();
    joined(2);
    List<Output> outputs = life.receive(worked(demand.getChallenge(), solve(demand)));
    assertThat(outputs).contains(new Output.RoomFull());
    assertThat(queued(outputs).getTicket().isEmpty()).isFalse();
  }

  private static ClientFrame signUpOf(int connection) {
    ClientFrame.Builder frame = signUp().toBuilder();
    byte[] id = ByteBuffer.allocate(16).putInt(connection).array();
    frame.getSignUpBuilder().setSignUpId(ByteString.copyFrom(id));
    return frame.build();
  }

  private ConnectionMachine comes(int connection, List<Output> outputs) {
    ConnectionMachine machine = new ConnectionMachine(connection, life.rules, life.nowMs);
    outputs.addAll(machine.on(MachineFixture.received(signUpOf(connection)), life.nowMs));
    return machine;
  }

  @Test
  void whoever_comes_is_asked_and_who_was_at_work_longest_without_a_result_gives_way() {
    // Two event loops share four places.
    List<Output> outputs = new ArrayList<>();
    ConnectionMachine first = comes(21, outputs);
    ConnectionMachine second = comes(22, outputs);
    outputs.clear();
    comes(23, outputs);
    assertThat(outputs).contains(new Output.GiveWay(21));
    assertThat(queued(outputs).hasWork()).isTrue();
    List<Output> gone = first.on(new Input.GaveWay(), life.nowMs);
    assertThat(gone).contains(new Output.WorkRefused(Work.Fault.CROWDED_OUT));
    refused(gone);

    second.on(new Input.SocketClosed(), life.nowMs);
    outputs.clear();
    comes(24, outputs);
    assertThat(outputs).doesNotHaveAnyElementsOfTypes(Output.GiveWay.class);
    comes(25, outputs);
    assertThat(outputs).contains(new Output.GiveWay(23));
  }

  /** From its address one sign-up a second may come. */
  private static MachineFixture limited() {
    RateLimits rates = new RateLimits(Map.of(Limit.ADDRESS_SIGN_UPS, Rate.parse("1/s:1")), 8);
    MachineFixture limited = MachineFixture.withWork(4, 12, rates);
    limited.rules.line().join(1, MachineFixture.WALL_MS - 10, limited.nowMs);
    limited.machine.comesFrom(7);
    return limited;
  }

  @Test
  void bringing_the_work_is_not_a_second_sign_up_of_the_address() {
    MachineFixture limited = limited();
    WorkDemand demand = queued(limited.receive(signUp())).getWork();
    ClientFrame work = worked(demand.getChallenge(), solve(demand));
    List<Output> done = limited.receive(work);
    assertThat(done).contains(new Output.WorkDone());
    List<Output> again = limited.receive(work);
    assertThat(again).as("once").contains(new Output.Exceeded(Limit.ADDRESS_SIGN_UPS));
  }

  @Test
  void work_that_was_not_asked_for_here_is_a_sign_up_of_the_address() {
    MachineFixture limited = limited();
    WorkDemand demand = queued(limited.receive(signUp())).getWork();
    ClientFrame.Builder other = worked(demand.getChallenge(), solve(demand)).toBuilder();
    other
        .getSignUpBuilder()
        .setSignUpId(
            ByteString.copyFrom(new byte[16])
                .substring(1)
                .concat(ByteString.copyFrom(new byte[] {1})));
    assertThat(limited.receive(other.build()))
        .contains(new Output.Exceeded(Limit.ADDRESS_SIGN_UPS));
    MachineFixture next = new MachineFixture(limited.rules);
    next.machine.comesFrom(7);
    assertThat(next.receive(worked(demand.getChallenge(), solve(demand))))
        .contains(new Output.Exceeded(Limit.ADDRESS_SIGN_UPS));
  }

  @Test
  void bringing_the_dearer_work_that_was_asked_for_after_the_first_is_none_either() {
    MachineFixture limited = limited();
    WorkDemand demand = queued(limited.receive(signUp())).getWork();
    for (int i = 0; i < 3; i++) {
      limited.rules.line().join(100 + i, MachineFixture.WALL_MS - 5, limited.nowMs);
    }
    ClientFrame work = worked(demand.getChallenge(), solve(demand));
    WorkDemand more = queued(limited.receive(work)).getWork();
    assertThat(more.getBits()).isEqualTo(12);
    assertThat(limited.receive(worked(more.getChallenge(), solve(more))))
        .contains(new Output.WorkDone());
  }

  @Test
  void who_is_asked_again_and_again_pays_for_all_but_the_first_answer() {
    MachineFixture limited = limited();
    limited.receive(signUp());
    byte[] id = signUp().getSignUp().getSignUpId().toByteArray();
    byte[] lapsed = limited.rules.work().demand(id, 1, 0);
    ClientFrame old = worked(ByteString.copyFrom(lapsed), 0);
    assertThat(queued(limited.receive(old)).hasWork()).as("asked anew").isTrue();
    assertThat(limited.receive(old)).contains(new Output.Exceeded(Limit.ADDRESS_SIGN_UPS));
  }

  @Test
  void who_is_sent_away_from_its_work_has_a_ticket_if_it_came_with_one() {
    life.room.limits(life.room.limits().withWorkBits(0));
    ByteString ticket = queued(life.receive(signUp())).getTicket();
    life.on(new Input.SocketClosed());
    life.room.limits(life.room.limits().withWorkBits(12));
    MachineFixture next = another();
    assertThat(queued(next.receive(signUpWith(ticket))).hasWork()).isTrue();
    Queued drained = queued(next.on(new Input.Draining(150_000)));
    assertThat(drained.getReturnAfterMs()).isEqualTo(150_000);
    next.nowMs += 20_000;
    Queued away = queued(next.on(new Input.Swept(Input.Swept.NO_FRAME)));
    assertThat(away.getReturnAfterMs()).isPositive();
    for (Queued told : List.of(drained, away)) {
      Ticket kept = Newcomer.read(life.rules, signUpWith(told.getTicket()).getSignUp());
      assertThat(kept).isInstanceOf(Ticket.Good.class);
    }
  }

  @Test
  void who_signs_up_again_at_work_has_been_at_it_for_as_long_as_before() {
    List<Output> outputs = new ArrayList<>();
    ConnectionMachine first = comes(21, outputs);
    comes(22, outputs);
    List<Output> again = first.on(MachineFixture.received(signUpOf(21)), life.nowMs);
    assertThat(queued(again).hasWork()).isTrue();
    outputs.clear();
    comes(23, outputs);
    assertThat(outputs).contains(new Output.GiveWay(21));
  }
}
