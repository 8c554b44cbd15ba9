package io.breakwater.gateway.connection;

import static io.breakwater.gateway.connection.MachineFixture.ANN;
import static io.breakwater.gateway.connection.MachineFixture.HERE;
import static io.breakwater.gateway.connection.MachineFixture.THERE;
import static io.breakwater.gateway.connection.MachineFixture.hello;
import static io.breakwater.gateway.connection.MachineFixture.received;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.gateway.line.Line;
import io.breakwater.gateway.line.Waiting;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Error;
import io.breakwater.proto.client.Queued;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.client.SignedUp;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * What holds whatever happens to many sign-ups of an event loop: who waits has a place, and nobody
 * else; nobody is refused by an error for want of time.
 */
final class AnySignUpTest {
  private static final int SEEDS = 300;
  private static final int STEPS = 600;
  private static final List<IncarnationId> NODES = List.of(HERE, THERE);

  private int signedUp;
  private int turnedAway;
  private int sentBack;
  private int displaced;

  @Test
  void who_waits_has_a_place_and_nobody_else_whatever_happens() {
    for (int seed = 0; seed < SEEDS; seed++) {
      try {
        new Room(seed).run();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertThat(signedUp).isGreaterThan(SEEDS);
    assertThat(turnedAway).isGreaterThan(SEEDS);
    assertThat(sentBack).isGreaterThan(SEEDS);
    assertThat(displaced).isGreaterThan(SEEDS);
  }

  /** One event loop, with 10 places. */
  private final class Room {
    private final SplittableRandom random;
    private final MachineFixture life = MachineFixture.withPlaces(10);
    private final Line line = life.rules.line();
    private final Map<Long, ConnectionMachine> machines = new HashMap<>();

    /** Those whose client was told its place last, and not that it is over. */
    private final Map<Long, Boolean> inLine = new HashMap<>();

    /** Where a sign-up is under way. */
    private final Map<Long, IncarnationId> at = new HashMap<>();

    private final Map<Integer, ByteString> tickets = new HashMap<>();
    private final Map<Long, Integer> people = new HashMap<>();
    private long connections;
    private boolean takes = true;

    Room(int seed) {
      random = new SplittableRandom(seed);
      life.homes.reach(Set.of(HERE));
    }

    void run() {
      for (int i = 0; i < STEPS; i++) {
        life.nowMs += random.nextInt(200);
        life.wallMs += random.nextInt(200);
        step();
        check();
      }
      List.copyOf(machines.keySet()).forEach(connection -> on(connection, new Input.Drained()));
      assertThat(life.room.waiting()).isZero();
      assertThat(line.isEmpty()).isTrue();
    }

    private void step() {
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> comes();
        case 3 -> takes = random.nextBoolean();
        case 4, 5 -> letGo();
        case 6 -> anybody().ifPresent(this::answer);
        case 7 -> anybody().ifPresent(this::ends);
        case 8 -> {
          IncarnationId lost = NODES.get(random.nextInt(2));
          List.copyOf(machines.keySet())
              .forEach(connection -> on(connection, new Input.TrunkLost(lost)));
        }
        default ->
            anybody()
                .ifPresent(
                    connection ->
                        on(
                            connection,
                            random.nextBoolean()
                                ? new Input.PlaceDue()
                                : new Input.Swept(Input.Swept.NO_FRAME)));
      }
    }

    private Optional<Long> anybody() {
      List<Long> all = List.copyOf(machines.keySet());
      return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    private void comes() {
      int person = random.nextInt(30);
      long connection = random.nextInt(5) == 0 ? anybody().orElse(0L) : 0;
      if (connection == 0) {
        connection = ++connections;
        machines.put(connection, new ConnectionMachine(connection, life.rules, life.nowMs));
      }
      people.put(connection, person);
      SignUp.Builder signUp =
          SignUp.newBuilder()
              .setSignUpId(ByteString.copyFrom(ByteBuffer.allocate(16).putInt(person).array()))
              .setHandle("ann");
      signUp.setTicket(tickets.getOrDefault(person, ByteString.EMPTY));
      on(connection, received(ClientFrame.newBuilder().setSignUp(signUp).build()));
    }

    private void letGo() {
      while (takes && !line.isEmpty() && random.nextInt(4) > 0) {
        on(line.first().orElseThrow().connection(), new Input.Turn());
      }
    }

    private void answer(long connection) {
      ByteString error = error(Reason.OVERLOADED).toByteString();
      boolean isLate = random.nextInt(10) == 0;
      if (at.containsKey(connection) || (isLate && machineOf(connection).readsRelay(error))) {
        on(
            connection,
            new Input.SignUpAnswered(
                switch (random.nextInt(4)) {
                  case 0 ->
                      ServerFrame.newBuilder().setSignedUp(SignedUp.getDefaultInstance()).build();
                  case 1 -> error(Reason.HANDLE_TAKEN);
                  case 2 -> error(Reason.UNAVAILABLE);
                  default -> error(Reason.OVERLOADED);
                }));
      }
    }

    private ConnectionMachine machineOf(long connection) {
      return Objects.requireNonNull(machines.get(connection));
    }

    private ServerFrame error(Reason reason) {
      return ServerFrame.newBuilder()
          .setError(Error.newBuilder().setReason(reason).setReturnAfterMs(1_000))
          .build();
    }

    private void ends(long connection) {
      on(
          connection,
          switch (random.nextInt(3)) {
            case 0 -> new Input.SocketClosed();
            case 1 -> received(hello(ANN));
            default -> new Input.Draining(5);
          });
    }

    private void on(long connection, Input input) {
      ConnectionMachine machine = machines.get(connection);
      if (machine == null) {
        return;
      }
      for (Output output : machine.on(input, life.nowMs)) {
        switch (output) {
          case Output.ToClient(ServerFrame frame) -> hears(connection, frame, input);
          case Output.ToAny(var frame) -> {
            assertThat(frame.hasSignUp()).isTrue();
            assertThat(frame.getSignUp().getTicket().isEmpty()).isTrue();
            inLine.put(connection, false);
            if (takes) {
              IncarnationId node = NODES.get(random.nextInt(2));
              at.put(connection, node);
              on(connection, new Input.Taken(node, frame));
            } else {
              on(connection, new Input.NotForwarded(frame));
            }
          }
          case Output.GiveWay(long other) -> on(other, new Input.GaveWay());
          case Output.SentBack() -> sentBack++;
          case Output.Close() -> {
            machines.remove(connection);
            inLine.remove(connection);
            at.remove(connection);
          }
          default -> {}
        }
      }
      if (input instanceof Input.Received(ClientFrame frame, var _) && frame.hasHello()) {
        machines.remove(connection);
        inLine.remove(connection);
      }
      for (Optional<Waiting> gone = line.nextReplaced();
          gone.isPresent();
          gone = line.nextReplaced()) {
        on(gone.get().connection(), new Input.PlaceTaken(gone.get()));
      }
    }

    private void hears(long connection, ServerFrame frame, Input input) {
      switch (frame.getBodyCase()) {
        case QUEUED -> {
          Queued queued = frame.getQueued();
          assertThat(queued.getPlace()).isPositive();
          tickets.put(people.get(connection), queued.getTicket());
          at.remove(connection);
          inLine.put(connection, queued.getReturnAfterMs() == 0);
          turnedAway += queued.getReturnAfterMs() > 0 ? 1 : 0;
        }
        case SIGNED_UP -> {
          signedUp++;
          inLine.put(connection, false);
          at.remove(connection);
        }
        case ERROR -> {
          if (input instanceof Input.SignUpAnswered) {
            assertThat(frame.getError().getReason()).isEqualTo(Reason.HANDLE_TAKEN);
          }
          inLine.put(connection, false);
          at.remove(connection);
        }
        case DISPLACED -> {
          displaced++;
          inLine.put(connection, false);
          at.remove(connection);
        }
        default -> assertThat(frame.hasGoAway()).isTrue();
      }
    }

    /** The line has those that were told so, in order, and no others. */
    private void check() {
      long told = inLine.values().stream().filter(is -> is).count();
      assertThat(line.size()).isEqualTo((int) told).isLessThanOrEqualTo(10);
      assertThat(life.room.waiting()).isEqualTo(line.size());
      List<Waiting> order = new ArrayList<>();
      line.first().ifPresent(order::add);
      order.forEach(first -> assertThat(inLine.getOrDefault(first.connection(), false)).isTrue());
    }
  }
}
