package io.breakwater.gateway.connection;

import static io.breakwater.gateway.connection.MachineFixture.ANN;
import static io.breakwater.gateway.connection.MachineFixture.BOB;
import static io.breakwater.gateway.connection.MachineFixture.NEIGHBOUR;
import static io.breakwater.gateway.connection.MachineFixture.ack;
import static io.breakwater.gateway.connection.MachineFixture.attachedAs;
import static io.breakwater.gateway.connection.MachineFixture.ended;
import static io.breakwater.gateway.connection.MachineFixture.frame;
import static io.breakwater.gateway.connection.MachineFixture.hello;
import static io.breakwater.gateway.connection.MachineFixture.linkDevice;
import static io.breakwater.gateway.connection.MachineFixture.lookUp;
import static io.breakwater.gateway.connection.MachineFixture.ping;
import static io.breakwater.gateway.connection.MachineFixture.received;
import static io.breakwater.gateway.connection.MachineFixture.refusedFor;
import static io.breakwater.gateway.connection.MachineFixture.revokeDevice;
import static io.breakwater.gateway.connection.MachineFixture.sendTo;
import static io.breakwater.gateway.connection.MachineFixture.signUp;
import static io.breakwater.gateway.connection.MachineFixture.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.Ended;
import io.breakwater.proto.trunk.GatewayFrame;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What holds in any life of a connection: random inputs, and an observer who sees outputs only. */
final class AnyLifeTest {
  private static final int LIVES = 20_000;
  private static final int INPUTS = 60;

  @Test
  void keeps_its_word_whatever_happens() {
    Map<ServerFrame.BodyCase, Integer> seen = new EnumMap<>(ServerFrame.BodyCase.class);
    for (int seed = 0; seed < LIVES; seed++) {
      try {
        new Life(seed, seen).run();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    // The lives were not all short and dull.
    assertThat(seen.keySet())
        .contains(
            ServerFrame.BodyCase.WELCOME,
            ServerFrame.BodyCase.REATTACHED,
            ServerFrame.BodyCase.DISPLACED,
            ServerFrame.BodyCase.SEND_REFUSED,
            ServerFrame.BodyCase.PONG,
            ServerFrame.BodyCase.ERROR,
            ServerFrame.BodyCase.GO_AWAY);
  }

  private static final class Life {
    private final SplittableRandom random;
    private final Map<ServerFrame.BodyCase, Integer> seen;
    private final MachineFixture life = new MachineFixture();
    private final boolean[] isTrunkUp = {true, true};
    private boolean isWelcomed;
    private boolean holds;
    private boolean isClosed;
    private boolean attachOutstanding;
    private long answersDueUntilMs;
    private long attachedAtMs;
    private long generation;
    private long newestAck;
    private long nextGeneration = 1;

    /**
     * Whether the home holds the session: it ignores a detach that overtakes the attach's answer.
     */
    private boolean homeHolds;

    private Input input = new Input.SocketClosed();

    Life(int seed, Map<ServerFrame.BodyCase, Integer> seen) {
      this.random = new SplittableRandom(seed);
      this.seen = seen;
    }

    void run() {
      if (random.nextInt(10) > 0) {
        apply(received(hello(ANN)));
      }
      for (int i = 0; i < INPUTS; i++) {
        life.nowMs += random.nextInt(10) == 0 ? random.nextInt(20_000) : random.nextInt(300);
        apply(next());
      }
      apply(new Input.SocketClosed());
      isClosed = true;
      apply(homeAnswers());
      life.nowMs += 8_000;
      apply(new Input.Swept(Input.Swept.NO_FRAME));
      assertThat(life.machine.isOver()).isTrue();
      assertThat(homeHolds).as("the home still holds the session").isFalse();
    }

    private Input next() {
      return switch (random.nextInt(24)) {
        case 0, 1, 2 -> received(frame(sendTo(random.nextBoolean() ? BOB : NEIGHBOUR, 1)));
        case 3, 4 -> received(ping());
        case 5, 6 -> ackSome();
        case 7 -> received(sync(random.nextInt(100)));
        case 8 -> received(someRequest());
        case 9, 10, 11, 12 -> homeAnswers();
        case 13, 14 ->
            ended(someCause(), generation == 0 || random.nextInt(4) == 0 ? 99 : generation);
        case 15, 16 -> trunkChanges(0);
        case 17 -> trunkChanges(1);
        case 18, 19, 20 -> new Input.Swept(Input.Swept.NO_FRAME);
        case 21 -> new Input.Draining(5);
        case 22 -> random.nextInt(10) == 0 ? someEnd() : received(ping());
        default -> random.nextInt(10) == 0 ? received(signUp()) : homeAnswers();
      };
    }

    private Input ackSome() {
      long entry = random.nextInt(1_000);
      return received(ack(entry));
    }

    private ClientFrame someRequest() {
      return switch (random.nextInt(3)) {
        case 0 -> lookUp(1);
        case 1 -> linkDevice(1);
        default -> revokeDevice(1);
      };
    }

    private Input someEnd() {
      return switch (random.nextInt(4)) {
        case 0 -> new Input.Unreadable("garbage");
        case 3 -> new Input.Crowded(5_000);
        case 1 -> new Input.Drained();
        default -> new Input.SocketClosed();
      };
    }

    private Ended.Cause someCause() {
      return random.nextInt(4) > 0
          ? Ended.Cause.UNKNOWN
          : random.nextBoolean() ? Ended.Cause.DISPLACED : Ended.Cause.REVOKED;
    }

    private Input trunkChanges(int node) {
      isTrunkUp[node] = !isTrunkUp[node];
      return isTrunkUp[node] ? new Input.TrunkOpened(node) : new Input.TrunkLost(node);
    }

    /** Only a real question gets an answer, and within the time that a home has for it. */
    private Input homeAnswers() {
      if (!attachOutstanding || life.nowMs - attachedAtMs > 6_000) {
        return new Input.Swept(Input.Swept.NO_FRAME);
      }
      return random.nextInt(5) > 0
          ? attachedAs(generation == 0 ? nextGeneration++ : generation)
          : refusedFor(random.nextInt(4) > 0 ? Reason.UNAVAILABLE : Reason.UNAUTHENTICATED, 50);
    }

    private void apply(Input next) {
      input = next;
      boolean wasClosed = isClosed;
      boolean wasInSession = isWelcomed && !isClosed;
      beforehand();
      List<Output> outputs = life.on(input);
      int answers = 0;
      boolean connectionError = false;
      for (Output output : outputs) {
        switch (output) {
          case Output.ToClient(ServerFrame sent) -> {
            assertThat(wasClosed).as("speaks after the end: %s", sent).isFalse();
            connectionError |= sent.hasError() && sent.getError().getRequest() == 0;
            toClient(sent);
            answers++;
          }
          case Output.ToHome(var _, GatewayFrame sent) -> {
            answers += sent.hasDetach() || sent.hasAttach() ? 0 : 1;
            toHome(sent);
          }
          case Output.ToAny(GatewayFrame sent) -> {
            assertThat(sent.hasSignUp() || (sent.hasLookUp() && isWelcomed)).isTrue();
            answers++;
          }
          case Output.Exceeded _ -> {}
          case Output.Unanswered _ -> assertThat(wasClosed && attachOutstanding).isTrue();
          case Output.Close _ -> isClosed = true;
        }
      }
      if (wasInSession && input.equals(new Input.TrunkLost(1))) {
        assertThat(life.nowMs)
            .as("told that answers may be lost")
            .isGreaterThanOrEqualTo(answersDueUntilMs);
      }
      if (connectionError) {
        assertThat(isClosed).as("an error about the connection ends it: %s", outputs).isTrue();
      }
      if (wasInSession && input instanceof Input.Received(ClientFrame received, _)) {
        assertAnswered(received, answers, outputs);
      }
      if (input instanceof Input.SocketClosed) {
        isClosed = true;
      }
      if (isClosed) {
        assertThat(life.machine.takesRelays()).isFalse();
      }
      afterwards(outputs);
    }

    /** What the observer knows before the machine decides. */
    private void beforehand() {
      switch (input) {
        case Input.TrunkLost(int node) when node == 0 -> {
          holds = false;
          attachOutstanding = false;
          homeHolds = false;
        }
        case Input.Attached(var answer) -> {
          attachOutstanding = false;
          generation = answer.getGeneration();
          homeHolds = true;
        }
        case Input.AttachRefused _ -> attachOutstanding = false;
        case Input.Ended(Ended end)
            when end.getGeneration() == generation && (holds || attachOutstanding) -> {
          holds = false;
          homeHolds = false;
          if (end.getCause() != Ended.Cause.UNKNOWN) {
            // It will not attach that generation again.
            attachOutstanding = false;
          }
        }
        case Input.Received(ClientFrame received, _)
            when isWelcomed && (received.hasLookUp() || isToBob(received)) ->
            answersDueUntilMs = life.nowMs + 30_000;
        case Input.Received(ClientFrame received, _) when isWelcomed && received.hasAck() ->
            newestAck = Math.max(newestAck, received.getAck().getCursor().getEntryId());
        case Input.Received(ClientFrame received, _) when isWelcomed && received.hasSync() ->
            newestAck = Math.max(newestAck, received.getSync().getCursor().getEntryId());
        default -> {}
      }
    }

    private static boolean isToBob(ClientFrame received) {
      return received.getSend().equals(sendTo(BOB, 1).build());
    }

    private void toClient(ServerFrame sent) {
      seen.merge(sent.getBodyCase(), 1, Integer::sum);
      switch (sent.getBodyCase()) {
        case WELCOME -> {
          assertThat(isWelcomed).isFalse();
          assertThat(input).isInstanceOf(Input.Attached.class);
          isWelcomed = true;
          holds = true;
        }
        case REATTACHED -> {
          assertThat(isWelcomed).isTrue();
          if (input instanceof Input.Attached) {
            holds = true;
          } else {
            assertThat(input).isEqualTo(new Input.TrunkLost(1));
            assertThat(life.nowMs).isLessThan(answersDueUntilMs);
            answersDueUntilMs = 0;
          }
        }
        case DISPLACED -> {
          assertThat(input).isInstanceOf(Input.Ended.class);
          Ended end = ((Input.Ended) input).end();
          assertThat(end.getCause()).isEqualTo(Ended.Cause.DISPLACED);
          assertThat(end.getGeneration()).isEqualTo(generation);
        }
        case PONG, SEND_REFUSED -> assertThat(isWelcomed).isTrue();
        case GO_AWAY -> assertThat(input).isInstanceOf(Input.Draining.class);
        default -> assertThat(sent.hasError()).as("%s", sent).isTrue();
      }
    }

    private void toHome(GatewayFrame sent) {
      switch (sent.getBodyCase()) {
        case ATTACH -> {
          assertThat(attachOutstanding).as("one attach at a time").isFalse();
          assertThat(sent.getAttach().getGeneration()).isEqualTo(generation);
          assertThat(sent.getAttach().getCursor().getEntryId()).isEqualTo(newestAck);
          attachOutstanding = isTrunkUp[0];
          attachedAtMs = life.nowMs;
          if (!isTrunkUp[0]) {
            assertThat(life.on(new Input.NotForwarded(sent))).isEmpty();
          }
        }
        case DETACH -> {
          assertThat(sent.getDetach().getGeneration()).isEqualTo(generation);
          homeHolds &= attachOutstanding;
        }
        case SEND -> {
          assertThat(isWelcomed).isTrue();
          boolean toOwnHome = sent.getUser().byteAt(15) % 2 == 0;
          assertThat(holds || !toOwnHome).as("a send to a home that does not hold it").isTrue();
        }
        case ACK, SYNC, PING, LINK_DEVICE, REVOKE_DEVICE ->
            assertThat(holds).as("%s to a home that does not hold it", sent).isTrue();
        default -> throw new AssertionError("unexpected " + sent);
      }
    }

    private void assertAnswered(ClientFrame received, int answers, List<Output> outputs) {
      int expected =
          switch (received.getBodyCase()) {
            case ACK, SYNC -> holds ? 1 : 0;
            default -> 1;
          };
      assertThat(answers).as("answers to %s: %s", received, outputs).isEqualTo(expected);
    }

    /** An attach whose answer comes when the client is gone is followed by its detach. */
    private void afterwards(List<Output> outputs) {
      if (life.machine.isOver() && !attachOutstanding) {
        assertThat(homeHolds).as("after %s: %s", input, outputs).isFalse();
      }
    }
  }
}
