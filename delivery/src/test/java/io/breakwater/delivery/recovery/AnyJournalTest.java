package io.breakwater.delivery.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.UserId;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.journal.Block;
import io.breakwater.proto.journal.Record;
import io.breakwater.storage.JournalStore.StoredBlock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What holds for every journal that a lane can have left, wherever it was killed. */
final class AnyJournalTest {
  private static final int JOURNALS = 5_000;
  private static final int IN_FLIGHT = 4;

  /**
   * A lane: closes blocks, a few in flight; publishes what is written with all before it; is
   * killed, and some of what was in flight becomes durable all the same.
   */
  private static final class Journal {
    final List<StoredBlock> durable = new ArrayList<>();
    final Set<Long> published = new HashSet<>();
    long checkpoint;

    Journal(SplittableRandom random) {
      Set<Long> written = new HashSet<>();
      Set<Long> inFlight = new HashSet<>();
      long nextSeq = 0;
      long firstUnwritten = 0;
      int steps = random.nextInt(60);
      for (int i = 0; i < steps; i++) {
        if (nextSeq - firstUnwritten < IN_FLIGHT && random.nextBoolean()) {
          store(nextSeq);
          inFlight.add(nextSeq++);
        } else if (!inFlight.isEmpty()) {
          long seq = List.copyOf(inFlight).get(random.nextInt(inFlight.size()));
          inFlight.remove(seq);
          written.add(seq);
        }
        while (written.contains(firstUnwritten)) {
          published.add(firstUnwritten++);
        }
        if (firstUnwritten > checkpoint && random.nextInt(4) == 0) {
          checkpoint = random.nextLong(checkpoint, firstUnwritten + 1);
        }
      }
      durable.removeIf(block -> inFlight.contains(block.seq()) && random.nextBoolean());
      published.removeIf(seq -> seq < checkpoint);
      for (int i = durable.size() - 1; i > 0; i--) {
        durable.set(i, durable.set(random.nextInt(i + 1), durable.get(i)));
      }
    }

    private void store(long seq) {
      Block block =
          Block.newBuilder()
              .setVersion(1)
              .setCheckpoint(checkpoint)
              .addRecords(record(seq))
              .build();
      durable.add(new StoredBlock(seq, ByteBuffer.wrap(block.toByteArray())));
    }
  }

  private static Record record(long id) {
    return Record.newBuilder()
        .setUser(ByteString.copyFrom(new UserId(0, id % 5).bytes()))
        .setEntry(Entry.newBuilder().setEntryId(id + 1).build().toByteString())
        .build();
  }

  @Test
  void everything_that_was_published_is_taken_over_and_no_alarm_is_raised() {
    int cut = 0;
    for (int seed = 0; seed < JOURNALS; seed++) {
      Journal journal = new Journal(new SplittableRandom(seed));
      JournalRun run = JournalRun.of(journal.checkpoint, journal.durable, IN_FLIGHT);

      assertThat(run.records())
          .as("seed %s", seed)
          .containsAll(journal.published.stream().map(AnyJournalTest::record).toList())
          .doesNotHaveDuplicates();
      assertThat(run.damaged()).as("seed %s", seed).isFalse();
      cut += run.cut();
    }
    assertThat(cut)
        .as("blocks that were cut, or the journals were dull")
        .isGreaterThan(JOURNALS / 10);
  }

  @Test
  void every_record_comes_to_one_lane_once_and_in_entry_order() {
    for (int seed = 0; seed < JOURNALS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int lanes = random.nextInt(1, 5);
      List<Record> left =
          random.longs(random.nextInt(40), 0, 30).mapToObj(AnyJournalTest::record).toList();
      Estate estate = Estate.divide(left, user -> (int) (user.low() % lanes));

      List<Record> taken = new ArrayList<>();
      estate.parts().values().forEach(taken::addAll);
      assertThat(taken).as("seed %s", seed).doesNotHaveDuplicates().hasSameElementsAs(left);
      for (List<Record> part : estate.parts().values()) {
        List<Long> ids = part.stream().map(AnyJournalTest::id).toList();
        assertThat(ids).as("seed %s", seed).isSorted();
      }
    }
  }

  private static long id(Record record) {
    try {
      return Entry.parseFrom(record.getEntry()).getEntryId();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
