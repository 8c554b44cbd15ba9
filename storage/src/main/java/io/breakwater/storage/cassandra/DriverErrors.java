package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.NoNodeAvailableException;
import com.datastax.oss.driver.api.core.NodeUnavailableException;
import com.datastax.oss.driver.api.core.RequestThrottlingException;
import com.datastax.oss.driver.api.core.UnsupportedProtocolVersionException;
import com.datastax.oss.driver.api.core.auth.AuthenticationException;
import com.datastax.oss.driver.api.core.connection.BusyConnectionException;
import com.datastax.oss.driver.api.core.connection.FrameTooLongException;
import com.datastax.oss.driver.api.core.servererrors.BootstrappingException;
import com.datastax.oss.driver.api.core.servererrors.QueryValidationException;
import com.datastax.oss.driver.api.core.servererrors.UnavailableException;
import com.datastax.oss.driver.api.core.type.codec.CodecNotFoundException;
import io.breakwater.storage.StorageException;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

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

  /** What it means that no session could be opened. */
  static StorageException translateConnecting(
      List<InetSocketAddress> contactPoints, DriverException failure) {
    String where =
        contactPoints.stream()
            .map(point -> point.getHostString() + ':' + point.getPort())
            .collect(Collectors.joining(","));
    return switch (failure) {
      case AllNodesFailedException e when e.getAllErrors().isEmpty() -> noAnswer(where, e);
      case AllNodesFailedException e when isRefusal(e) ->
          new StorageException.Broken("Cassandra at " + where + ": " + reasons(e), e);
      default -> noAnswer(where, failure);
    };
  }

  private static StorageException noAnswer(String where, DriverException failure) {
    return new StorageException.Unavailable(
        "Cassandra: no answer at " + where + " (expected: a node of the cluster)", failure);
  }

  /** Whether every node was there, and none will ever take us in. */
  private static boolean isRefusal(AllNodesFailedException failure) {
    return failure.getAllErrors().values().stream()
        .<Throwable>flatMap(Collection::stream)
        .allMatch(
            error ->
                error instanceof AuthenticationException
                    || error instanceof UnsupportedProtocolVersionException);
  }

  private static String reasons(AllNodesFailedException failure) {
    return failure.getAllErrors().values().stream()
        .map(errors -> errors.getFirst().getMessage())
        .collect(Collectors.joining("; "));
  }
}
