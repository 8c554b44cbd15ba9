package io.breakwater.gateway.connection;

import static io.breakwater.gateway.connection.MachineFixture.ANN;
import static io.breakwater.gateway.connection.MachineFixture.BOB;
import static io.breakwater.gateway.connection.MachineFixture.ELSEWHERE;
import static io.breakwater.gateway.connection.MachineFixture.HERE;
import static io.breakwater.gateway.connection.MachineFixture.NEIGHBOUR;
import static io.breakwater.gateway.connection.MachineFixture.THERE;
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
import static io.breakwater.gateway.connection.MachineFixture.solve;
import static io.breakwater.gateway.connection.MachineFixture.sync;
import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.gateway.line.Waiting;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Queued;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.WorkDemand;
import io.breakwater.proto.trunk.Ended;
import io.breakwater.proto.trunk.GatewayFrame;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds in any life of a connection: random inputs, and an observer who sees outputs only. */
final class AnyLifeTest {
  private static final int LIVES = 20_000;
  private static final int INPUTS = 60;
  private static final List<IncarnationId> NODES = List.of(HERE, THERE, ELSEWHERE);

  @Test
  void keeps_its_word_whatever_happens() {
    Map<String, Integer> worked = new HashMap<>();
    Map<ServerFrame.BodyCase, Integer> seen = new EnumMap<>(ServerFrame.BodyCase.class);
    for (int seed = 0; seed < LIVES; seed++) {
      try {
        new Life(seed, seen, worked).run();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    assertThat(worked.keySet())
        .contains("done", "TOO_LITTLE", "LAPSED", "RAISED", "MISSING", "CROWDED_OUT");
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
    private final Map<String, Integer> worked;
    private final MachineFixture life = MachineFixture.withWork(4, 8);
    private final Set<IncarnationId> trunks = new HashSet<>(NODES);
    private boolean isWelcomed;
    private boolean isSigningUp;

    /** What work was asked for last; none: nothing was. */
    private @Nullable WorkDemand demanded;

    /** In line, too. */
    private long strangers;

    private boolean holds;
    private boolean isClosed;

    /** Where it attached last, and the answer counts. */
    private IncarnationId asked = HERE;

    private boolean attachOutstanding;

    /** Until when each node may owe an answer. */
    private final Map<IncarnationId, Long> owing = new HashMap<>();

    /** Answers are lost of which the client was not told yet. */
    private boolean isToldLater;

    private long generation;
    private long newestAck;
    private long nextGeneration = 1;

    /** What the home holds, if it does: what it attached last. */
    private long held;

    /** Attaches that the node that is asked has not carried out yet. */
    private final Queue<Asked> attaches = new ArrayDeque<>();

    /** An attach on its way. */
    private record Asked(IncarnationId node, long generation, long atMs) {}

    private Input input = new Input.SocketClosed();

    Life(int seed, Map<ServerFrame.BodyCase, Integer> seen, Map<String, Integer> worked) {
      this.worked = worked;
      this.random = new SplittableRandom(seed);
      this.seen = seen;
    }

    void run() {
      if (random.nextInt(5) == 0) {
        isSigningUp = true;
      } else if (random.nextInt(10) > 0) {
        apply(received(hello(ANN)));
      }
      for (int i = 0; i < INPUTS; i++) {
        int ms = random.nextInt(10) == 0 ? random.nextInt(20_000) : random.nextInt(300);
        life.nowMs += ms;
        life.wallMs += isSigningUp ? ms : 0;
        apply(next());
      }
      apply(new Input.SocketClosed());
      isClosed = true;
      while (!attaches.isEmpty()) {
        apply(homeAnswers());
      }
      life.nowMs += 8_000;
      apply(new Input.Swept(Input.Swept.NO_FRAME));
      assertThat(life.machine.isOver()).isTrue();
      assertThat(held).as("the home still holds the session").isZero();
    }

    private Input next() {
      if (isSigningUp) {
        return someWordOfTheLine();
      }
      return switch (random.nextInt(27)) {
        case 0, 1, 2 -> received(frame(sendTo(random.nextBoolean() ? BOB : NEIGHBOUR, 1)));
        case 3, 4 -> received(ping());
        case 5, 6 -> ackSome();
        case 7 -> received(sync(random.nextInt(100)));
        case 8 -> received(someRequest());
        case 9, 10, 11, 12 -> homeAnswers();
        case 13, 14 ->
            ended(asked, someCause(), generation == 0 || random.nextInt(4) == 0 ? 99 : generation);
        case 15, 16 -> trunkChanges(asked);
        case 17 -> trunkChanges(NODES.get(random.nextInt(NODES.size())));
        case 18, 19, 20 -> new Input.Swept(Input.Swept.NO_FRAME);
        case 21 -> new Input.Draining(5);
        case 23 -> viewChanges();
        case 24, 25 -> someWordOfAnotherNode();
        case 22 -> random.nextInt(10) == 0 ? someEnd() : received(ping());
        default -> random.nextInt(10) == 0 ? received(signUp()) : homeAnswers();
      };
    }

    /**
     * Of who signs up: work is asked for once others wait, and more when there are more of them.
     */
    private Input someWordOfTheLine() {
      switch (random.nextInt(6)) {
        case 0 ->
            life.rules
                .line()
                .join(--strangers, MachineFixture.WALL_MS - random.nextInt(9), life.nowMs);
        case 1 -> life.rules.line().first().ifPresent(this::leaves);
        default -> {
          // It stays as it is.
        }
      }
      return switch (random.nextInt(20)) {
        case 0 -> new Input.GaveWay();
        case 1, 2, 3 -> new Input.PlaceDue();
        case 4 -> new Input.Draining(5);
        case 5 -> new Input.TrunkLost(HERE);
        case 6 -> someEnd();
        case 7 -> {
          isSigningUp = false;
          yield received(hello(ANN));
        }
        case 8, 9, 10, 11 -> received(signUp());
        case 12, 13, 14 -> new Input.Swept(Input.Swept.NO_FRAME);
        default -> worked();
      };
    }

    /** A stranger; the machine itself leaves by its own inputs. */
    private void leaves(Waiting first) {
      if (first.connection() < 0) {
        life.rules.line().leave(first);
      }
    }

    /** What was asked for last, done; or not quite. */
    private Input worked() {
      WorkDemand demand = demanded;
      if (demand == null) {
        return received(signUp());
      }
      ClientFrame.Builder frame = signUp().toBuilder();
      frame
          .getSignUpBuilder()
          .getWorkBuilder()
          .setChallenge(demand.getChallenge())
          .setNonce(solve(demand) + (random.nextInt(5) == 0 ? 1 : 0));
      return received(frame.build());
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
      return switch (random.nextInt(5)) {
        case 0 -> new Input.Unreadable("garbage");
        case 4 -> new Input.CrowdedOut();
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

    private Input trunkChanges(IncarnationId node) {
      if (trunks.remove(node)) {
        return new Input.TrunkLost(node);
      }
      trunks.add(node);
      return new Input.TrunkOpened(node);
    }

    /** It may be the other node's turn at once, or later: see {@link #trunkChanges}. */
    private Input viewChanges() {
      switch (random.nextInt(3)) {
        case 0 -> life.moved(HERE, THERE);
        case 1 -> life.moved(THERE, ELSEWHERE);
        default -> life.moved(ELSEWHERE);
      }
      return new Input.ViewChanged();
    }

    private IncarnationId home() {
      return life.homes.homeOf(ANN.user()).orElseThrow();
    }

    /** Perhaps of an earlier home that does not know the view yet. */
    private Input someWordOfAnotherNode() {
      IncarnationId node = NODES.get(random.nextInt(NODES.size()));
      if (node.equals(asked)) {
        return new Input.TrunkOpened(home());
      }
      return switch (random.nextInt(3)) {
        case 0 -> attachedAs(node, random.nextInt(3));
        case 1 -> refusedFor(node, Reason.UNAUTHENTICATED, 50);
        default -> ended(node, someCause(), random.nextBoolean() ? generation : 0);
      };
    }

    private boolean isOfAnotherNode() {
      return switch (input) {
        case Input.Attached(var node, var _) -> !node.equals(asked);
        case Input.AttachRefused(var node, var _) -> !node.equals(asked);
        case Input.Ended(var node, var _) -> !node.equals(asked);
        default -> false;
      };
    }

    /**
     * Only a real question gets an answer, and within the time that a home has for it; each gets
     * one, in turn.
     */
    private Input homeAnswers() {
      attaches.removeIf(attach -> life.nowMs - attach.atMs() > 6_000);
      if (attaches.isEmpty() || !attaches.element().node().equals(asked)) {
        attaches.clear();
        return new Input.Swept(Input.Swept.NO_FRAME);
      }
      long presented = attaches.remove().generation();
      if (presented != 0 && presented < held) {
        return ended(asked, Ended.Cause.DISPLACED, presented);
      }
      return random.nextInt(5) > 0
          ? attachedAs(asked, presented == 0 ? nextGeneration++ : presented)
          : refusedFor(
              asked, random.nextInt(4) > 0 ? Reason.UNAVAILABLE : Reason.UNAUTHENTICATED, 50);
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
          case Output.ToHome(var user, GatewayFrame sent) -> {
            answers += sent.hasAttach() ? 0 : 1;
            toHome(life.homes.homeOf(user).orElseThrow(), sent);
          }
          case Output.ToNode(var node, GatewayFrame sent) -> {
            assertThat(sent.hasDetach()).as("%s", sent).isTrue();
            assertThat(sent.getDetach().getGeneration()).isEqualTo(generation);
            assertThat(node).as("where it detaches").isEqualTo(asked);
            held = sent.getDetach().getGeneration() == held ? 0 : held;
          }
          case Output.ToAny(GatewayFrame sent) -> {
            assertThat(sent.hasSignUp() || (sent.hasLookUp() && isWelcomed)).isTrue();
            answers++;
          }
          case Output.Exceeded _,
              Output.GiveWay _,
              Output.RoomFull _,
              Output.SentBack _,
              Output.Waited _,
              Output.TicketRefused _,
              Output.WorkDemanded _ -> {}
          case Output.WorkDone _ -> worked.merge("done", 1, Integer::sum);
          case Output.WorkRefused(var fault) -> worked.merge(fault.name(), 1, Integer::sum);
          case Output.Unreached _ -> assertThat(isWelcomed && !holds).isTrue();
          case Output.Unanswered _ -> assertThat(wasClosed).isTrue();
          case Output.Close _ -> isClosed = true;
        }
      }
      if (isOfAnotherNode()) {
        assertThat(outputs).as("%s changes nothing", input).isEmpty();
      }
      assertThat(isToldLater && holds && !isClosed).as("told that answers are lost").isFalse();
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
        case Input.TrunkLost(var node) -> {
          isToldLater |= isWelcomed && owing.getOrDefault(node, 0L) > life.nowMs;
          owing.remove(node);
          attaches.removeIf(attach -> attach.node().equals(node));
          if (node.equals(asked)) {
            isLetGo();
          }
        }
        case Input.ViewChanged _ -> {
          if (!isClosed && !asked.equals(home())) {
            isLetGo();
            asked = home();
          }
        }
        case Input.Attached _ when isOfAnotherNode() -> {}
        case Input.AttachRefused _ when isOfAnotherNode() -> {}
        case Input.Ended _ when isOfAnotherNode() -> {}
        case Input.Attached(var _, var answer) -> {
          attachOutstanding = false;
          generation = answer.getGeneration();
          held = generation;
        }
        case Input.AttachRefused _ -> attachOutstanding = false;
        case Input.Ended(var _, Ended end)
            when end.getGeneration() == generation && (holds || attachOutstanding) -> {
          holds = false;
          held = 0;
          if (end.getCause() != Ended.Cause.UNKNOWN) {
            // It will not attach that generation again.
            attachOutstanding = false;
            attaches.removeIf(attach -> attach.generation() == generation);
          }
        }
        case Input.Received(ClientFrame received, _) when isWelcomed && received.hasLookUp() ->
            // Whoever gets it.
            NODES.forEach(node -> owing.put(node, life.nowMs + 100_000));
        case Input.Received(ClientFrame received, _) when isWelcomed && received.hasAck() ->
            newestAck = Math.max(newestAck, received.getAck().getCursor().getEntryId());
        case Input.Received(ClientFrame received, _) when isWelcomed && received.hasSync() ->
            newestAck = Math.max(newestAck, received.getSync().getCursor().getEntryId());
        default -> {}
      }
    }

    /** No node that the machine should count on holds the session, or has been asked to. */
    private void isLetGo() {
      holds = false;
      attachOutstanding = false;
      held = 0;
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
            assertThat(input).isInstanceOf(Input.TrunkLost.class);
          }
          // It sends again what is not answered.
          isToldLater = false;
          owing.clear();
        }
        case DISPLACED -> {
          assertThat(input).isInstanceOf(Input.Ended.class);
          Ended end = ((Input.Ended) input).end();
          assertThat(end.getCause()).isEqualTo(Ended.Cause.DISPLACED);
          assertThat(end.getGeneration()).isEqualTo(generation);
        }
        case PONG, SEND_REFUSED -> assertThat(isWelcomed).isTrue();
        case GO_AWAY -> assertThat(input).isInstanceOf(Input.Draining.class);
        case QUEUED -> {
          assertThat(isWelcomed).isFalse();
          Queued queued = sent.getQueued();
          if (queued.hasWork()) {
            demanded = queued.getWork();
            assertThat(queued.getTicket().isEmpty()).as("a ticket before the work").isTrue();
          }
          assertThat(queued.getReturnAfterMs() > 0 && queued.hasWork()).isFalse();
        }
        default -> assertThat(sent.hasError()).as("%s", sent).isTrue();
      }
    }

    private void toHome(IncarnationId home, GatewayFrame sent) {
      switch (sent.getBodyCase()) {
        case ATTACH -> {
          assertThat(attachOutstanding).as("one attach at a time").isFalse();
          assertThat(sent.getAttach().getGeneration()).isEqualTo(generation);
          assertThat(sent.getAttach().getCursor().getEntryId()).isEqualTo(newestAck);
          asked = home;
          attachOutstanding = trunks.contains(home);
          attaches.removeIf(attach -> !attach.node().equals(home));
          if (attachOutstanding) {
            attaches.add(new Asked(home, generation, life.nowMs));
          } else {
            assertThat(life.on(new Input.NotForwarded(sent))).isEmpty();
          }
        }
        case SEND -> {
          assertThat(isWelcomed).isTrue();
          boolean toOwnHome = home.equals(home());
          assertThat(holds || !toOwnHome).as("a send to a home that does not hold it").isTrue();
          owing.put(home, life.nowMs + 100_000);
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
      if (life.machine.isOver()) {
        assertThat(held).as("after %s: %s", input, outputs).isZero();
      }
    }
  }
}
