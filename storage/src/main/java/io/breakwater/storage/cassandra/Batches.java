package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.cql.BatchStatementBuilder;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Writes rows of one partition: a batch is one mutation, however many rows and tables it touches. A
 * few hundred rows of the largest size would exceed what Cassandra takes in one mutation (half a
 * commit log segment), so that many are several batches; the rows are immutable and written again
 * after a failure, so nobody depends on all of them appearing at once.
 */
final class Batches {
  /** Of a mutation, roughly; a batch exceeds it by less than a row. */
  private static final int MAX_BYTES = 512 << 10;

  /** Of a row's key, about. */
  private static final int KEY_BYTES = 128;

  private Batches() {}

  /**
   * Writes rows; within a call.
   *
   * @param bytes how large a row's payload is
   * @param writes the statements of a row
   */
  static <R> CompletionStage<Void> write(
      Requests requests,
      List<R> rows,
      ToIntFunction<R> bytes,
      Function<R, List<BoundStatement>> writes) {
    List<CompletableFuture<?>> sent = new ArrayList<>();
    BatchStatementBuilder batch = Statements.batch();
    int size = 0;
    for (R row : rows) {
      writes.apply(row).forEach(batch::addStatement);
      size += KEY_BYTES + bytes.applyAsInt(row);
      if (size >= MAX_BYTES) {
        sent.add(requests.send(batch.build()).toCompletableFuture());
        batch = Statements.batch();
        size = 0;
      }
    }
    if (batch.getStatementsCount() > 0) {
      sent.add(requests.send(batch.build()).toCompletableFuture());
    }
    return CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new));
  }
}
