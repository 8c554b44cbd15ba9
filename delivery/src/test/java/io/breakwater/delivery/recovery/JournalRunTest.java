package io.breakwater.delivery.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.proto.journal.Block;
import io.breakwater.proto.journal.Record;
import io.breakwater.storage.JournalStore.StoredBlock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalRunTest {
  private static final int IN_FLIGHT = 4;

  /** Blocks of one record each, which carries the number of its block. */
  private static List<StoredBlock> blocks(long... seqs) {
    List<StoredBlock> blocks = new ArrayList<>();
    for (long seq : seqs) {
      blocks.add(block(seq, 0));
    }
    return blocks;
  }

  private static StoredBlock block(long seq, long checkpoint) {
    Block block =
        Block.newBuilder()
            .setVersion(1)
            .setCheckpoint(checkpoint)
            .addRecords(Record.newBuilder().setEntry(ByteString.copyFromUtf8(Long.toString(seq))))
            .build();
    return new StoredBlock(seq, ByteBuffer.wrap(block.toByteArray()));
  }

  private static List<String> taken(JournalRun run) {
    return run.records().stream().map(record -> record.getEntry().toStringUtf8()).toList();
  }

  @Test
  void takes_a_run_without_holes_whole_and_in_order() {
    JournalRun run = JournalRun.of(5, blocks(7, 5, 6), IN_FLIGHT);

    assertThat(taken(run)).containsExactly("5", "6", "7");
    assertThat(run.cut()).isZero();
    assertThat(run.damaged()).isFalse();
  }

  @Test
  void leaves_out_what_is_below_the_checkpoint() {
    assertThat(taken(JournalRun.of(6, blocks(4, 5, 6, 7), IN_FLIGHT))).containsExactly("6", "7");
  }

  @Test
  void goes_by_the_highest_checkpoint_in_a_block() {
    List<StoredBlock> stored = new ArrayList<>(blocks(5, 6));
    stored.add(block(7, 6));

    assertThat(taken(JournalRun.of(5, stored, IN_FLIGHT))).containsExactly("6", "7");
  }

  @Test
  void cuts_what_follows_a_hole_near_the_end() {
    JournalRun run = JournalRun.of(5, blocks(5, 7, 8, 9), IN_FLIGHT);

    assertThat(taken(run)).containsExactly("5");
    assertThat(run.cut()).isEqualTo(3);
    assertThat(run.damaged()).isFalse();
  }

  @Test
  void cuts_all_if_the_first_block_is_the_hole() {
    JournalRun run = JournalRun.of(5, blocks(6, 7), IN_FLIGHT);

    assertThat(run.records()).isEmpty();
    assertThat(run.cut()).isEqualTo(2);
  }

  @Test
  void takes_all_and_raises_the_alarm_if_a_hole_is_too_far_from_the_end() {
    JournalRun run = JournalRun.of(5, blocks(5, 7, 8, 9, 10), IN_FLIGHT);

    assertThat(taken(run)).containsExactly("5", "7", "8", "9", "10");
    assertThat(run.damaged()).isTrue();
  }

  @Test
  void takes_the_rest_and_raises_the_alarm_if_a_block_cannot_be_read() {
    List<StoredBlock> stored = new ArrayList<>(blocks(5, 7));
    stored.add(new StoredBlock(6, ByteBuffer.wrap(new byte[] {1, 2, 3})));

    JournalRun run = JournalRun.of(5, stored, IN_FLIGHT);

    assertThat(taken(run)).containsExactly("5", "7");
    assertThat(run.damaged()).isTrue();
  }

  @Test
  void does_not_believe_a_block_that_says_that_it_is_settled_itself() {
    List<StoredBlock> stored = new ArrayList<>(blocks(5, 6));
    stored.add(block(7, Long.MAX_VALUE));

    JournalRun run = JournalRun.of(5, stored, IN_FLIGHT);

    assertThat(taken(run)).containsExactly("5", "6", "7");
    assertThat(run.damaged()).isTrue();
  }

  @Test
  void takes_nothing_from_an_empty_journal() {
    JournalRun run = JournalRun.of(0, List.of(), IN_FLIGHT);

    assertThat(run.records()).isEmpty();
    assertThat(run.damaged()).isFalse();
  }
}
