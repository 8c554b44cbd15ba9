package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import io.breakwater.storage.JournalStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

final class CassandraJournal implements JournalStore {
  /**
   * Microseconds, after every block: a slice is never written again, so that a block whose write
   * arrives after the deletion, or whose clock was ahead, stays deleted.
   */
  private static final long END_OF_TIME = 1L << 62;

  private final Requests requests;
  private final PreparedStatement append;
  private final PreparedStatement read;
  private final PreparedStatement drop;

  CassandraJournal(Requests requests, Statements statements) {
    this.requests = requests;
    append =
        statements.write(
            "INSERT INTO journal (incarnation, lane, slice, seq, block) VALUES (?, ?, ?, ?, ?)"
                + " USING TIMESTAMP ?");
    read =
        statements.read(
            "SELECT seq, block FROM journal"
                + " WHERE incarnation = ? AND lane = ? AND slice = ? AND seq >= ?");
    drop =
        statements.write(
            "DELETE FROM journal USING TIMESTAMP ?"
                + " WHERE incarnation = ? AND lane = ? AND slice = ?");
  }

  @Override
  public CompletionStage<Void> append(LaneKey lane, long seq, long timestampUs, ByteBuffer block) {
    return requests.write(
        Kind.JOURNAL,
        () ->
            append.bind(
                incarnation(lane), lane.lane(), seq / SLICE_BLOCKS, seq, block, timestampUs));
  }

  private static ByteBuffer incarnation(LaneKey lane) {
    return ByteBuffer.wrap(lane.incarnation().bytes());
  }

  @Override
  public CompletionStage<List<StoredBlock>> read(LaneKey lane, long slice, long fromSeq) {
    return requests.call(
        Kind.READ,
        () -> {
          List<StoredBlock> blocks = new ArrayList<>();
          return requests
              .scan(
                  read.bind(incarnation(lane), lane.lane(), slice, fromSeq),
                  row -> blocks.add(new StoredBlock(row.getLong("seq"), Blobs.bytes(row, "block"))))
              .thenApply(all -> List.copyOf(blocks));
        });
  }

  @Override
  public CompletionStage<Void> dropSlice(LaneKey lane, long slice) {
    return requests.write(
        Kind.SETTLE, () -> drop.bind(END_OF_TIME, incarnation(lane), lane.lane(), slice));
  }
}
