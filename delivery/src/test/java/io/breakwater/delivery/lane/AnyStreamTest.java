package io.breakwater.delivery.lane;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.Origin;
import io.breakwater.common.id.UserId;
import io.breakwater.proto.journal.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What a stream of origins must never say, whatever it accepts, settles, forgets and looks up: that
 * a message is new which was accepted. Storage is a map of the origins that were settled.
 */
final class AnyStreamTest {
  private static final int LIVES = 200;
  private static final int STEPS = 3_000;
  private static final UserId ALICE = new UserId(0, 1);
  private static final UserId BOB = new UserId(0, 2);
  private static final DeviceId DEVICE = new DeviceId(3);
  private static final ConversationId CONVERSATION = ConversationId.direct(ALICE, BOB);

  private static final class Life {
    private final SplittableRandom random;
    private final LaneState state;
    private final Origins origins;
    private final Mailbox mailbox;
    private final List<Long> accepted = new ArrayList<>();
    private final NavigableMap<Long, MessageId> rows = new TreeMap<>();
    private final List<TailEntry> unsettled = new ArrayList<>();
    private long nextClientId;

    Life(int seed) {
      random = new SplittableRandom(seed);
      state =
          new LaneState(
              new Bench(),
              Bench.limits(),
              EnumSet.allOf(Rule.class),
              new IncarnationId(1, 2),
              1,
              1L << 40);
      origins = new Origins(state);
      mailbox = new Mailbox(BOB, state);
      nextClientId = random.nextLong(1, 50);
      // What an earlier home accepted and settled.
      for (long clientId = 1; clientId < nextClientId; clientId++) {
        if (random.nextBoolean()) {
          rows.put(clientId, message(clientId));
          accepted.add(clientId);
        }
      }
    }

    void run(int seed) {
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> accept();
          case 3, 4, 5 -> settle();
          case 6 -> lookUp();
          default -> {
            state.monoMs += random.nextInt(20) == 0 ? 100_000 : random.nextInt(1_000);
            origins.tick();
          }
        }
        if (step % 100 == 0) {
          check(seed);
        }
      }
    }

    /** Asked for anew each time: a stream that nobody uses is forgotten. */
    private Origins.Stream stream() {
      return origins.stream(BOB, CONVERSATION, ALICE, DEVICE);
    }

    private void accept() {
      nextClientId += random.nextInt(1, 4);
      TailEntry entry =
          new TailEntry(
              mailbox,
              state.issue(),
              1,
              Kind.DIRECT,
              ByteString.EMPTY,
              new TailEntry.Identity(
                  new Origin(ALICE, DEVICE, CONVERSATION, nextClientId), message(nextClientId)));
      stream().accepted(nextClientId, new Origins.Known(message(nextClientId), entry));
      accepted.add(nextClientId);
      unsettled.add(entry);
    }

    private void settle() {
      if (!unsettled.isEmpty()) {
        TailEntry entry = unsettled.remove(random.nextInt(unsettled.size()));
        long clientId = Objects.requireNonNull(entry.identity).origin().clientId();
        rows.put(clientId, message(clientId));
        origins.settled(entry);
      }
    }

    private void lookUp() {
      long from = random.nextLong(1, nextClientId + 1);
      Origins.Stream stream = stream();
      if (from < stream.knownFrom) {
        stream.found(from, rows);
        stream.knownFrom = Math.min(stream.knownFrom, from);
      }
    }

    private void check(int seed) {
      Origins.Stream stream = stream();
      for (long clientId : accepted) {
        boolean isKnown = stream.known(clientId) != null;
        boolean isLookedUp = clientId < stream.knownFrom && rows.containsKey(clientId);
        if (!isKnown && !isLookedUp) {
          throw new AssertionError("seed " + seed + ": " + clientId + " would be taken for new");
        }
      }
      assertThat(stream.unsettled).as("seed %s", seed).isEqualTo(unsettled.size());
    }

    private static MessageId message(long clientId) {
      return new MessageId(clientId, clientId);
    }
  }

  @Test
  void never_takes_what_was_accepted_for_new() {
    for (int seed = 0; seed < LIVES; seed++) {
      new Life(seed).run(seed);
    }
  }
}
