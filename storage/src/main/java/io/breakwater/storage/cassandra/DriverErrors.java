package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.NoNodeAvailableException;
import com.datastax.oss.driver.api.core.NodeUnavailableException;
import com.datastax.oss.driver.api.core.RequestThrottlingException;
import com.datastax.oss.driver.api.core.connection.BusyConnectionException;
import com.datastax.oss.driver.api.core.connection.FrameTooLongException;
import com.datastax.oss.driver.api.core.servererrors.BootstrappingException;
import com.datastax.oss.driver.api.core.servererrors.QueryValidationException;
import com.datastax.oss.driver.api.core.servererrors.UnavailableException;
import com.datastax.oss.driver.api.core.type.codec.CodecNotFoundException;
import io.breakwater.storage.StorageException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * The one place that knows the driver's exceptions. What is not known to be harmless counts as an
 * unknown outcome: a write is then repeated, which costs little.
 */
final class DriverErrors {
  private DriverErrors() {}

  /** What a failed call of a kind means to the caller. */
  static StorageException translate(Kind kind, Throwable failure) {
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return translate(kind, failure.getCause());
    }
    return switch (failure) {
      case StorageException translated -> translated;
      case NoNodeAvailableException e -> unavailable(kind, e);
      case AllNodesFailedException e when isBeforeSending(e) -> unavailable(kind, e);
      case RequestThrottlingException e -> unavailable(kind, e);
      // A conditional write checks the replicas of each of its rounds: an earlier one may stand.
      case UnavailableException e when kind != Kind.CONDITIONAL -> unavailable(kind, e);
      case BootstrappingException e -> unavailable(kind, e);
      case QueryValidationException e -> broken(kind, e);
      case CodecNotFoundException e -> broken(kind, e);
      case FrameTooLongException e -> broken(kind, e);
      case DriverException e -> unknown(kind, e);
      case IllegalStateException e when isClosed(e) -> unavailable(kind, e);
      default -> broken(kind, failure);
    };
  }

  /** Whether no node was sent anything. */
  private static boolean isBeforeSending(AllNodesFailedException failure) {
    return failure.getAllErrors().values().stream()
        .<Throwable>flatMap(Collection::stream)
        .allMatch(
            error ->
                error instanceof NodeUnavailableException
                    || error instanceof BusyConnectionException
                    || error instanceof BootstrappingException);
  }

  private static boolean isClosed(IllegalStateException failure) {
    return "Session is closed".equals(failure.getMessage());
  }

  private static StorageException unavailable(Kind kind, Throwable cause) {
    return new StorageException.Unavailable(message(kind, "not executed", cause), cause);
  }

  private static StorageException unknown(Kind kind, Throwable cause) {
    return new StorageException.UnknownOutcome(message(kind, "outcome unknown", cause), cause);
  }

  private static StorageException broken(Kind kind, Throwable cause) {
    return new StorageException.Broken(message(kind, "cannot succeed", cause), cause);
  }

  private static String message(Kind kind, String what, Throwable cause) {
    return "Cassandra, " + kind.tag + ": " + what + ": " + cause.getMessage();
  }

  /** The failures of single nodes, for a message to an operator. */
  static List<String> reasons(AllNodesFailedException failure) {
    return failure.getAllErrors().entrySet().stream()
        .map(node -> node.getKey().getEndPoint() + ": " + node.getValue().getFirst().getMessage())
        .toList();
  }
}
