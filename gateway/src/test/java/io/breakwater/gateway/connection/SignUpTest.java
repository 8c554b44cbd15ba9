package io.breakwater.gateway.connection;

import static io.breakwater.gateway.connection.MachineFixture.ANN;
import static io.breakwater.gateway.connection.MachineFixture.HERE;
import static io.breakwater.gateway.connection.MachineFixture.THERE;
import static io.breakwater.gateway.connection.MachineFixture.WALL_MS;
import static io.breakwater.gateway.connection.MachineFixture.closes;
import static io.breakwater.gateway.connection.MachineFixture.hello;
import static io.breakwater.gateway.connection.MachineFixture.onlyToAny;
import static io.breakwater.gateway.connection.MachineFixture.onlyToClient;
import static io.breakwater.gateway.connection.MachineFixture.onlyToHome;
import static io.breakwater.gateway.connection.MachineFixture.ping;
import static io.breakwater.gateway.connection.MachineFixture.signUp;
import static io.breakwater.gateway.connection.MachineFixture.toClient;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.gateway.line.Line;
import io.breakwater.gateway.line.Ticket;
import io.breakwater.gateway.line.Waiting;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Queued;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignedUp;
import io.breakwater.proto.trunk.GatewayFrame;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A sign-up that waits in line, rule by rule. */
final class SignUpTest {
  private MachineFixture life = new MachineFixture();
  private Line line = life.rules.line();

  /** Another connection of the event loop that waits. */
  private void waits(long connection, long arrivedMs) {
    line.join(connection, arrivedMs, life.nowMs);
  }

  private static Queued queued(List<Output> outputs) {
    List<ServerFrame> frames = toClient(outputs);
    assertThat(frames).as("%s", outputs).isNotEmpty();
    assertThat(frames.getFirst().hasQueued()).as("%s", outputs).isTrue();
    return frames.getFirst().getQueued();
  }

  /** In line, since no trunk took it. */
  private Queued inLine() {
    GatewayFrame forwarded = onlyToAny(life.receive(signUp()));
    return queued(life.on(new Input.NotForwarded(forwarded)));
  }

  private GatewayFrame signingUpAt(IncarnationId node) {
    GatewayFrame forwarded = onlyToAny(life.receive(signUp()));
    life.on(new Input.Taken(node, forwarded));
    return forwarded;
  }

  private static ClientFrame signUpWith(ByteString ticket) {
    ClientFrame.Builder frame = signUp().toBuilder();
    frame.getSignUpBuilder().setTicket(ticket);
    return frame.build();
  }

  private static Input answer(Reason reason, int returnAfterMs) {
    return new Input.SignUpAnswered(
        ServerFrame.newBuilder()
            .setError(Error.newBuilder().setReason(reason).setReturnAfterMs(returnAfterMs))
            .build());
  }

  private static final ServerFrame SIGNED_UP =
      ServerFrame.newBuilder().setSignedUp(SignedUp.getDefaultInstance()).build();

  @Test
  void waits_in_line_if_no_trunk_takes_it_and_is_told_its_place_at_once() {
    Queued queued = inLine();
    assertThat(queued.getPlace()).isEqualTo(1);
    assertThat(queued.getEstimateMs()).isEqualTo(10);
    assertThat(queued.getReturnAfterMs()).isZero();
    assertThat(queued.getTicket().size()).isBetween(1, 128);
    assertThat(line.size()).isEqualTo(1);
  }

  @Test
  void does_not_go_before_those_who_wait() {
    waits(1, WALL_MS - 10);
    assertThat(queued(life.receive(signUp())).getPlace()).isEqualTo(2);
  }

  @Test
  void goes_on_when_it_is_its_turn() {
    inLine();
    life.wallMs += 700;
    GatewayFrame forwarded = onlyToAny(life.on(new Input.Turn()));
    assertThat(forwarded.getSignUp()).isEqualTo(signUp().getSignUp());
    assertThat(line.isEmpty()).isTrue();
    assertThat(life.on(new Input.Taken(HERE, forwarded))).containsExactly(new Output.Waited(700));
    assertThat(onlyToClient(life.on(new Input.SignUpAnswered(SIGNED_UP)))).isEqualTo(SIGNED_UP);
    assertThat(onlyToHome(life.receive(hello(ANN))).hasAttach()).isTrue();
  }

  @Test
  void is_back_at_its_place_if_no_trunk_takes_it_then() {
    inLine();
    waits(1, WALL_MS + 1);
    GatewayFrame forwarded = onlyToAny(life.on(new Input.Turn()));
    assertThat(queued(life.on(new Input.NotForwarded(forwarded))).getPlace()).isEqualTo(1);
    assertThat(line.size()).isEqualTo(2);
  }

  @Test
  void is_told_its_place_when_it_is_due() {
    waits(1, WALL_MS - 10);
    life.receive(signUp());
    assertThat(queued(life.on(new Input.PlaceDue())).getPlace()).isEqualTo(2);
    line.turn(line.first().orElseThrow());
    assertThat(queued(life.on(new Input.PlaceDue())).getPlace()).isEqualTo(1);
    onlyToAny(life.on(new Input.Turn()));
    assertThat(life.on(new Input.PlaceDue())).isEmpty();
  }

  @Test
  void leaves_the_line_with_its_socket_and_its_ticket_brings_the_place_back() {
    Queued queued = inLine();
    life.on(new Input.SocketClosed());
    assertThat(line.isEmpty()).isTrue();
    life.wallMs += 100_000;
    waits(1, WALL_MS + 1);

    ConnectionMachine again = new ConnectionMachine(77, life.rules, life.nowMs);
    List<Output> outputs =
        again.on(MachineFixture.received(signUpWith(queued.getTicket())), life.nowMs);
    assertThat(queued(outputs).getPlace()).isEqualTo(1);
    assertThat(line.first().orElseThrow().connection()).isEqualTo(77);
  }

  @Test
  void a_ticket_is_not_passed_on() {
    GatewayFrame forwarded =
        onlyToAny(
            life.receive(
                signUpWith(
                    ByteString.copyFrom(
                        life.rules.tickets().issue(new byte[16], WALL_MS, WALL_MS, 0)))));
    assertThat(forwarded.getSignUp().getTicket().isEmpty()).isTrue();
  }

  @Test
  void a_ticket_that_lapsed_is_forged_or_of_another_sign_up_is_no_error_and_no_place() {
    waits(1, WALL_MS - 10);
    long early = WALL_MS - 200_000;
    byte[] lapsed = life.rules.tickets().issue(new byte[16], early, WALL_MS - 120_001, 0);
    byte[] others = life.rules.tickets().issue(new byte[] {1}, early, WALL_MS, 0);
    byte[] garbage = new byte[100];
    assertNoPlace(Ticket.Fault.LAPSED, lapsed);
    assertNoPlace(Ticket.Fault.FORGED, others);
    assertNoPlace(Ticket.Fault.FORGED, garbage);
  }

  @Test
  void a_ticket_is_good_for_twelve_hours_after_its_sign_up_came() {
    waits(1, WALL_MS - 10);
    long tooEarly = WALL_MS - 12 * 3_600_000 - 1;
    byte[] aged = life.rules.tickets().issue(new byte[16], tooEarly, WALL_MS, 0);
    byte[] old = life.rules.tickets().issue(new byte[16], tooEarly + 1, WALL_MS, 0);
    ConnectionMachine newcomer = new ConnectionMachine(2, life.rules, life.nowMs);
    Input comes = MachineFixture.received(signUpWith(ByteString.copyFrom(aged)));
    List<Output> outputs = newcomer.on(comes, life.nowMs);
    assertThat(outputs).contains(new Output.TicketRefused(Ticket.Fault.AGED));
    assertThat(queued(outputs).getPlace()).isEqualTo(2);
    newcomer.on(new Input.SocketClosed(), life.nowMs);
    assertThat(queued(life.receive(signUpWith(ByteString.copyFrom(old)))).getPlace()).isEqualTo(1);
  }

  @Test
  void a_sign_up_has_one_place_however_many_connections_bring_its_ticket() {
    waits(1, WALL_MS - 10);
    byte[] ticket = life.rules.tickets().issue(new byte[16], WALL_MS - 50, WALL_MS, 0);
    for (long connection = 20; connection < 40; connection++) {
      ConnectionMachine replay = new ConnectionMachine(connection, life.rules, life.nowMs);
      Input comes = MachineFixture.received(signUpWith(ByteString.copyFrom(ticket)));
      assertThat(queued(replay.on(comes, life.nowMs)).getPlace()).isEqualTo(1);
      assertThat(line.size()).isEqualTo(2);
      assertThat(line.first().orElseThrow().connection()).isEqualTo(connection);
    }
    assertThat(life.room.waiting()).isEqualTo(2);
  }

  @Test
  void the_earlier_connection_of_a_sign_up_is_told_that_it_is_displaced() {
    inLine();
    waits(1, WALL_MS + 1);
    ConnectionMachine later = new ConnectionMachine(20, life.rules, life.nowMs);
    later.on(MachineFixture.received(signUp()), life.nowMs);
    Waiting gone = line.nextReplaced().orElseThrow();
    assertThat(gone.connection()).isEqualTo(MachineFixture.CONNECTION);
    assertThat(later.on(new Input.PlaceTaken(gone), life.nowMs)).isEmpty();
    List<Output> outputs = life.on(new Input.PlaceTaken(gone));
    assertThat(toClient(outputs)).hasSize(1).allMatch(ServerFrame::hasDisplaced);
    assertThat(closes(outputs)).isTrue();
    assertThat(line.size()).isEqualTo(2);
    assertThat(line.nextReplaced()).isEmpty();
  }

  @Test
  void a_connection_of_another_event_loop_gives_way_too() {
    inLine();
    Line other = life.room.line(1);
    assertThat(other.takeOver(signUp().getSignUp().getSignUpId())).contains(WALL_MS);
    Waiting gone = line.nextReplaced().orElseThrow();
    // Its own event loop takes it out.
    assertThat(line.size()).isEqualTo(1);
    assertThat(closes(life.on(new Input.PlaceTaken(gone)))).isTrue();
    assertThat(line.isEmpty()).isTrue();
    assertThat(life.room.waiting()).isZero();
  }

  @Test
  void who_comes_back_from_a_node_when_a_later_connection_is_in_line_is_displaced() {
    signingUpAt(HERE);
    waits(1, WALL_MS + 1);
    ConnectionMachine later = new ConnectionMachine(20, life.rules, life.nowMs);
    later.on(MachineFixture.received(signUp()), life.nowMs);
    assertThat(line.size()).isEqualTo(2);
    List<Output> outputs = life.on(answer(Reason.OVERLOADED, 1_500));
    assertThat(toClient(outputs)).hasSize(1).allMatch(ServerFrame::hasDisplaced);
    assertThat(closes(outputs)).isTrue();
    assertThat(line.size()).isEqualTo(2);
  }

  @Test
  void a_place_that_is_left_is_nobodys() {
    inLine();
    life.on(new Input.SocketClosed());
    assertThat(line.takeOver(signUp().getSignUp().getSignUpId())).isEmpty();
    assertThat(line.nextReplaced()).isEmpty();
  }

  @Test
  void a_later_connection_without_a_ticket_has_the_place_of_the_earlier_one() {
    inLine();
    life.wallMs += 5_000;
    waits(1, WALL_MS + 1);
    ConnectionMachine later = new ConnectionMachine(20, life.rules, life.nowMs);
    assertThat(queued(later.on(MachineFixture.received(signUp()), life.nowMs)).getPlace())
        .isEqualTo(1);
    assertThat(line.size()).isEqualTo(2);
  }

  private void assertNoPlace(Ticket.Fault fault, byte[] ticket) {
    ConnectionMachine newcomer = new ConnectionMachine(2, life.rules, life.nowMs);
    Input comes = MachineFixture.received(signUpWith(ByteString.copyFrom(ticket)));
    List<Output> outputs = newcomer.on(comes, life.nowMs);
    assertThat(outputs).contains(new Output.TicketRefused(fault));
    assertThat(queued(outputs).getPlace()).isEqualTo(2);
    newcomer.on(new Input.SocketClosed(), life.nowMs);
  }

  @Test
  void the_same_sign_up_said_again_keeps_its_place() {
    inLine();
    life.wallMs += 50;
    waits(1, WALL_MS + 10);
    assertThat(queued(life.receive(signUp())).getPlace()).isEqualTo(1);
    ClientFrame.Builder another = signUp().toBuilder();
    another
        .getSignUpBuilder()
        .setSignUpId(
            ByteString.copyFrom(
                new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}));
    assertThat(queued(life.receive(another.build())).getPlace()).isEqualTo(2);
    assertThat(line.size()).isEqualTo(2);
  }

  @Test
  void says_hello_instead() {
    inLine();
    assertThat(onlyToHome(life.receive(hello(ANN))).hasAttach()).isTrue();
    assertThat(line.isEmpty()).isTrue();
  }

  @Test
  void anything_else_is_as_wrong_as_before() {
    inLine();
    List<Output> outputs = life.receive(ping());
    assertThat(closes(outputs)).isTrue();
    assertThat(line.isEmpty()).isTrue();
  }

  @Test
  void need_not_say_anything_while_it_waits() {
    inLine();
    assertThat(life.after(3_600_000)).isEmpty();
    onlyToAny(life.on(new Input.Turn()));
    assertThat(life.after(89_999)).isEmpty();
    assertThat(closes(life.after(1))).isTrue();
  }

  @Test
  void a_frame_that_does_not_end_ends_it_all_the_same() {
    inLine();
    long begun = life.nowMs;
    life.nowMs += 15_000;
    assertThat(closes(life.on(new Input.Swept(begun)))).isTrue();
    assertThat(line.isEmpty()).isTrue();
  }

  @Test
  void who_comes_back_sooner_than_told_sends_nobody_away_for_longer() {
    life = MachineFixture.withPlaces(1);
    line = life.rules.line();
    waits(1, WALL_MS - 10);
    Queued told = queued(life.receive(signUp()));
    assertThat(line.turnedAway(life.nowMs)).isEqualTo(1);
    for (int i = 0; i < 100; i++) {
      MachineFixture again = new MachineFixture(life.rules);
      told = queued(again.receive(signUpWith(told.getTicket())));
      assertThat(told.getReturnAfterMs()).isBetween(5_000, 15_000);
    }
    assertThat(line.turnedAway(life.nowMs)).isEqualTo(1);

    life.nowMs += told.getReturnAfterMs() + 500;
    life.wallMs += told.getReturnAfterMs() + 500;
    assertThat(line.turnedAway(life.nowMs)).isZero();
    MachineFixture inTime = new MachineFixture(life.rules);
    inTime.nowMs = life.nowMs;
    inTime.receive(signUpWith(told.getTicket()));
    assertThat(line.turnedAway(life.nowMs)).as("it waits for its time anew").isEqualTo(1);
  }

  @Test
  void who_came_too_soon_and_had_a_place_until_it_was_due_is_of_the_herd_when_that_is_lost() {
    life = MachineFixture.withPlaces(1);
    line = life.rules.line();
    waits(1, WALL_MS - 10);
    Queued told = queued(life.receive(signUp()));
    line.turn(line.first().orElseThrow());
    MachineFixture again = new MachineFixture(life.rules);
    GatewayFrame forwarded = onlyToAny(again.receive(signUpWith(told.getTicket())));
    assertThat(queued(again.on(new Input.NotForwarded(forwarded))).getReturnAfterMs()).isZero();

    life.nowMs += 300_000;
    life.wallMs += 300_000;
    again.nowMs = life.nowMs;
    assertThat(line.turnedAway(life.nowMs)).isZero();
    assertThat(queued(again.on(new Input.GaveWay())).getReturnAfterMs()).isPositive();
    assertThat(line.turnedAway(life.nowMs)).isEqualTo(1);
  }

  @Test
  void is_told_when_to_come_back_if_the_room_is_full() {
    life = MachineFixture.withPlaces(1);
    line = life.rules.line();
    waits(1, WALL_MS - 10);
    List<Output> outputs = life.receive(signUp());
    Queued queued = queued(outputs);
    assertThat(queued.getReturnAfterMs()).isBetween(5_000, 60_000);
    assertThat(queued.getPlace()).isEqualTo(2);
    assertThat(queued.getTicket().isEmpty()).isFalse();
    assertThat(closes(outputs)).isTrue();
    assertThat(outputs).contains(new Output.RoomFull());
    assertThat(line.size()).isEqualTo(1);
  }

  @Test
  void gives_way_to_who_came_earlier_if_the_room_is_full() {
    life = MachineFixture.withPlaces(1);
    line = life.rules.line();
    inLine();
    byte[] id = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    byte[] ticket = life.rules.tickets().issue(id, WALL_MS - 5, WALL_MS, 0);
    ConnectionMachine earlier = new ConnectionMachine(3, life.rules, life.nowMs);
    ClientFrame.Builder another = signUpWith(ByteString.copyFrom(ticket)).toBuilder();
    another.getSignUpBuilder().setSignUpId(ByteString.copyFrom(id));
    Input comes = MachineFixture.received(another.build());
    List<Output> outputs = earlier.on(comes, life.nowMs);
    assertThat(outputs).contains(new Output.GiveWay(MachineFixture.CONNECTION));
    assertThat(queued(outputs).getPlace()).isEqualTo(1);

    List<Output> gone = life.on(new Input.GaveWay());
    assertThat(queued(gone).getReturnAfterMs()).isPositive();
    assertThat(closes(gone)).isTrue();
    assertThat(line.size()).isEqualTo(1);
  }

  @Test
  void goes_back_to_its_place_when_delivery_has_no_time() {
    for (Reason reason : List.of(Reason.OVERLOADED, Reason.UNAVAILABLE)) {
      MachineFixture other = new MachineFixture();
      GatewayFrame forwarded = onlyToAny(other.receive(signUp()));
      other.on(new Input.Taken(HERE, forwarded));
      other.rules.line().join(1, WALL_MS + 1, other.nowMs);
      List<Output> outputs = other.on(answer(reason, 1_500));
      assertThat(outputs).contains(new Output.SentBack());
      assertThat(queued(outputs).getPlace()).isEqualTo(1);
      assertThat(queued(outputs).getReturnAfterMs()).isZero();
      assertThat(closes(outputs)).isFalse();
    }
  }

  @Test
  void comes_back_later_with_its_ticket_if_delivery_never_has_time() {
    GatewayFrame forwarded = signingUpAt(HERE);
    for (int i = 0; i < 5; i++) {
      assertThat(closes(life.on(answer(Reason.OVERLOADED, 1_500)))).isFalse();
      onlyToAny(life.on(new Input.Turn()));
      life.on(new Input.Taken(HERE, forwarded));
    }
    List<Output> outputs = life.on(answer(Reason.OVERLOADED, 25_000));
    assertThat(queued(outputs).getReturnAfterMs()).isEqualTo(25_000);
    assertThat(queued(outputs).getTicket().isEmpty()).isFalse();
    assertThat(closes(outputs)).isTrue();
    assertThat(line.isEmpty()).isTrue();
  }

  @Test
  void hears_of_what_no_retry_can_cure() {
    signingUpAt(HERE);
    ServerFrame taken =
        ServerFrame.newBuilder()
            .setError(Error.newBuilder().setReason(Reason.HANDLE_TAKEN))
            .build();
    assertThat(life.machine.readsRelay(taken.toByteString())).isTrue();
    assertThat(onlyToClient(life.on(new Input.SignUpAnswered(taken)))).isEqualTo(taken);
    assertThat(onlyToAny(life.receive(signUp())).hasSignUp()).isTrue();
  }

  @Test
  void a_late_word_of_an_earlier_attempt_changes_nothing() {
    inLine();
    assertThat(life.on(answer(Reason.OVERLOADED, 1_500))).isEmpty();
    assertThat(line.size()).isEqualTo(1);
    assertThat(onlyToClient(life.on(new Input.SignUpAnswered(SIGNED_UP)))).isEqualTo(SIGNED_UP);
    assertThat(line.isEmpty()).isTrue();
    assertThat(life.machine.readsRelay(SIGNED_UP.toByteString())).isFalse();
  }

  @Test
  void returns_to_its_place_when_the_node_that_had_it_is_lost() {
    GatewayFrame forwarded = signingUpAt(THERE);
    waits(1, WALL_MS + 1);
    assertThat(queued(life.on(new Input.TrunkLost(THERE))).getPlace()).isEqualTo(1);
    assertThat(onlyToAny(life.on(new Input.Turn()))).isEqualTo(forwarded);
  }

  @Test
  void is_told_its_place_before_it_is_told_to_go_away() {
    inLine();
    List<ServerFrame> frames = toClient(life.on(new Input.Draining(300)));
    assertThat(frames).hasSize(2);
    assertThat(frames.getFirst().hasQueued()).isTrue();
    assertThat(frames.getLast().getGoAway().getReturnAfterMs()).isEqualTo(300);
    assertThat(line.size()).isEqualTo(1);
    life.on(new Input.Drained());
    assertThat(line.isEmpty()).isTrue();
  }

  @Test
  void is_sent_elsewhere_if_no_delivery_node_is_reached_from_here() {
    life.homes.reach(Set.of(HERE));
    inLine();
    assertThat(life.after(1_000_000)).isEmpty();
    life.homes.reach(Set.of());
    assertThat(life.after(1)).isEmpty();
    assertThat(life.after(79_000)).isEmpty();
    List<Output> outputs = life.after(42_000);
    assertThat(queued(outputs).getReturnAfterMs()).isBetween(500, 30_000);
    assertThat(closes(outputs)).isTrue();
    assertThat(outputs).contains(new Output.Unreached());
    assertThat(line.isEmpty()).isTrue();
  }

  @Test
  void the_line_has_not_moved_if_its_turn_came_to_nothing() {
    Line still = new MachineFixture().rules.line();
    still.join(1, WALL_MS + 1, life.nowMs);
    waits(1, WALL_MS + 1);
    life.receive(signUp());
    for (int i = 0; i < 5; i++) {
      still.look(life.nowMs);
      line.look(life.nowMs);
      life.nowMs += 100;
      GatewayFrame forwarded = onlyToAny(life.on(new Input.Turn()));
      life.on(new Input.Taken(HERE, forwarded));
      life.on(answer(Reason.UNAVAILABLE, 1));
    }
    assertThat(line.estimateMs(1_000)).isEqualTo(still.estimateMs(1_000));
    line.turn(line.first().orElseThrow());
    line.look(life.nowMs);
    still.look(life.nowMs);
    assertThat(line.estimateMs(1_000)).isLessThan(still.estimateMs(1_000));
  }
}
