package io.breakwater.delivery.simulation;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.lane.Copy;
import io.breakwater.delivery.node.Peers.Contact;
import io.breakwater.proto.journal.Record;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.SendFrom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one node keeps to another one, as {@code RelayLink} does: a call, opened again whenever it
 * is lost. While a direction is cut off nothing comes through; it comes later, if the call lives.
 */
final class SimulatedRelay {
  private static final long PING_MS = 500;
  private static final long FRESH_MS = 3_000;
  private static final long SILENT_MS = 10_000;
  private static final long OPEN_MS = 5_000;
  private static final long AGAIN_MS = 100;
  private static final long FORWARD_MS = 6_000;

  private final World world;
  private final SimulatedNode owner;
  private final IncarnationId to;
  private final Dice dice;
  private @Nullable Call call;
  private boolean isGone;
  private boolean isClosed;

  SimulatedRelay(World world, SimulatedNode owner, IncarnationId to) {
    this.world = world;
    this.owner = owner;
    this.to = to;
    dice = world.dice.another();
    open();
  }

  /** What is asked of the other node and not answered yet. */
  private interface Question {
    void lost();
  }

  /** One direction of a call. */
  private final class Way {
    private final Pipe pipe;
    private final SimulatedNode from;
    private final SimulatedNode towards;
    private final Queue<Runnable> held = new ArrayDeque<>();

    Way(SimulatedNode from, SimulatedNode towards) {
      this.from = from;
      this.towards = towards;
      pipe = new Pipe(world.time, dice.another(), world.plan.slowestLinkMs() / 2);
    }

    void send(Runnable arrival) {
      pipe.send(
          () -> {
            held.add(arrival);
            while (!held.isEmpty() && !world.isCut(from, towards)) {
              towards.input(held.remove());
            }
          });
    }

    void cut() {
      pipe.cut();
      held.clear();
    }
  }

  /** One attempt, as {@code RelayCall}. */
  final class Call {
    private final SimulatedNode peer;
    final long number;
    private final Way toPeer;
    private final Way toOwner;
    private final Map<Long, Question> asked = new HashMap<>();
    private long nextQuestion = 1;
    private long answeredAtMs = world.time.nowMs();
    private boolean isOpen;
    private boolean ended;

    Call(SimulatedNode peer) {
      this.peer = peer;
      number = world.nextTrunk();
      toPeer = new Way(owner, peer);
      toOwner = new Way(peer, owner);
    }

    private void start() {
      toPeer.send(
          () -> {
            peer.relayOpened(this);
            peer.askedBy(owner.id);
            answer(() -> isOpen = true);
          });
    }

    private void answer(Runnable answer) {
      toOwner.send(
          () -> {
            if (!ended) {
              answeredAtMs = world.time.nowMs();
              answer.run();
            }
          });
    }

    /** What a lane of the other node answers to a message that was passed on. */
    void toOwner(DeliveryFrame frame) {
      answer(
          () -> {
            if (asked.remove(frame.getConnection()) instanceof Forwarded question) {
              question.answered(frame);
            }
          });
    }

    private long silentMs() {
      return world.time.nowMs() - answeredAtMs;
    }

    private void ping() {
      long view = owner.view();
      toPeer.send(
          () -> {
            peer.heardOf(view);
            peer.askedBy(owner.id);
            long known = peer.view();
            answer(() -> owner.heardOf(known));
          });
    }

    /** Both ends learn that it is over, unless they are. */
    void lost() {
      if (ended) {
        return;
      }
      ended = true;
      isOpen = false;
      toPeer.cut();
      toOwner.cut();
      world.time.in(dice.between(0L, 500L), () -> peer.input(() -> peer.relayClosed(this)));
      List<Question> open = new ArrayList<>(asked.values());
      asked.clear();
      owner.input(
          () -> {
            open.forEach(Question::lost);
            ended(this);
          });
    }
  }

  private record Forwarded(Consumer<Optional<DeliveryFrame>> onAnswer) implements Question {
    @Override
    public void lost() {
      onAnswer.accept(Optional.empty());
    }

    void answered(DeliveryFrame frame) {
      onAnswer.accept(Optional.of(frame));
    }
  }

  private record Resubmitted(Consumer<Optional<Boolean>> onAnswer) implements Question {
    @Override
    public void lost() {
      onAnswer.accept(Optional.empty());
    }
  }

  // ---- opening

  private void open() {
    if (isClosed || owner.isGone()) {
      return;
    }
    SimulatedNode target = world.node(to);
    SimulatedNode listener = world.listenerAt(target.place);
    boolean isUnreachable =
        world.isHostDown(target.place)
            || world.isClosed(target.place)
            || world.isCut(owner, target)
            || world.isCut(target, owner)
            || (listener != null && listener.isPaused());
    if (isUnreachable) {
      // Nobody says no: the attempt times out, or the way is there again.
      later(dice.between(200L, OPEN_MS), this::open);
    } else if (listener != target) {
      isGone = true;
      later(AGAIN_MS + dice.between(0L, 300L), this::open);
    } else {
      Call next = new Call(target);
      call = next;
      next.start();
      tick(next);
    }
  }

  private void later(long ms, Runnable what) {
    world.time.in(ms, () -> owner.input(what));
  }

  private void tick(Call current) {
    if (current.ended || owner.isGone()) {
      return;
    }
    if (current.isOpen) {
      isGone = false;
    }
    if (current.silentMs() >= (current.isOpen ? SILENT_MS : OPEN_MS)) {
      current.lost();
      return;
    }
    if (current.isOpen) {
      current.ping();
    }
    world.time.in(PING_MS, () -> owner.input(() -> tick(current)));
  }

  private void ended(Call which) {
    if (which == call) {
      call = null;
      later(AGAIN_MS, this::open);
    }
  }

  // ---- what the owner does

  Contact contact() {
    Call current = call;
    if (current != null && current.isOpen && current.silentMs() < FRESH_MS) {
      return Contact.ANSWERS;
    }
    return isGone ? Contact.GONE : Contact.SILENT;
  }

  private Optional<Call> openCall() {
    return Optional.ofNullable(call).filter(each -> each.isOpen);
  }

  void copy(Copy copy) {
    openCall()
        .ifPresent(
            each ->
                each.toPeer.send(
                    () -> each.peer.laneInput(copy.sender(), lane -> lane.copy(copy))));
  }

  void copyTaken(UserId recipient, long entryId) {
    openCall()
        .ifPresent(
            each ->
                each.toPeer.send(
                    () -> each.peer.laneInput(recipient, lane -> lane.copied(recipient, entryId))));
  }

  /**
   * Hands entries to their home.
   *
   * @param onAnswer whether they are published there; nothing if that is unknown
   */
  void resubmit(
      long view, IncarnationId owner, List<Record> records, Consumer<Optional<Boolean>> onAnswer) {
    Optional<Call> open = openCall();
    if (open.isEmpty()) {
      onAnswer.accept(Optional.empty());
      return;
    }
    Call current = open.get();
    long question = current.nextQuestion++;
    current.asked.put(question, new Resubmitted(onAnswer));
    current.toPeer.send(
        () -> {
          current.peer.heardOf(view);
          current.peer.takeOver(
              view,
              owner,
              records,
              isPublished ->
                  current.answer(
                      () -> {
                        if (current.asked.remove(question) instanceof Resubmitted asked) {
                          asked.onAnswer.accept(Optional.of(isPublished));
                        }
                      }));
        });
  }

  /** Passes a message on; nothing if what became of it is unknown. */
  void forward(long view, UserId to, SendFrom from, Consumer<Optional<DeliveryFrame>> onAnswer) {
    Optional<Call> open = openCall();
    if (open.isEmpty()) {
      onAnswer.accept(Optional.empty());
      return;
    }
    Call current = open.get();
    long question = current.nextQuestion++;
    current.asked.put(question, new Forwarded(onAnswer));
    later(
        FORWARD_MS,
        () -> {
          if (current.asked.remove(question) instanceof Forwarded asked) {
            asked.lost();
          }
        });
    current.toPeer.send(
        () -> {
          current.peer.heardOf(view);
          current.peer.laneInput(
              to, lane -> lane.forwarded(current.number, question, view, to, from));
        });
  }

  /** The network drops it. */
  void broken() {
    Call current = call;
    if (current != null) {
      current.lost();
    }
  }

  /** It is not needed any more, or its owner is gone. */
  void close() {
    isClosed = true;
    broken();
  }
}
