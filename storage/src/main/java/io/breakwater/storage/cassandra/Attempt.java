package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.Statement;
import io.breakwater.storage.StorageException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What a conditional write came to; a serial read resolves what is not clear. */
enum Attempt {
  /** The condition held. */
  APPLIED,
  /** The condition did not hold; an earlier attempt of the same write may be why. */
  REFUSED,
  /** No answer says. */
  UNKNOWN;

  /**
   * Makes the attempt; within a call.
   *
   * @return fails if the write was not executed, or can never be
   */
  static CompletionStage<Attempt> of(Requests requests, Statement<?> write) {
    return requests.send(write).handle(Attempt::of).thenCompose(attempt -> attempt);
  }

  private static CompletionStage<Attempt> of(AsyncResultSet answer, Throwable failure) {
    if (failure == null) {
      return CompletableFuture.completedStage(answer.wasApplied() ? APPLIED : REFUSED);
    }
    StorageException translated = DriverErrors.translate(Kind.CONDITIONAL, failure);
    return translated instanceof StorageException.UnknownOutcome
        ? CompletableFuture.completedStage(UNKNOWN)
        : CompletableFuture.failedStage(translated);
  }
}
