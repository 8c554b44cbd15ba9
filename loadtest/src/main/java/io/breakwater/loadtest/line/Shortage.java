package io.breakwater.loadtest.line;

import io.netty.channel.unix.Errors.NativeIoException;
import java.net.BindException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells connections that failed on this machine from those that another one refused. Transports say
 * it in different ways: by type, by number, or by the words of the operating system alone.
 */
final class Shortage {
  private static final int ENFILE = 23;
  private static final int EMFILE = 24;
  private static final int EADDRINUSE = 98;
  private static final int EADDRNOTAVAIL = 99;
  private static final int ENOBUFS = 105;

  private static final Set<Integer> NUMBERS =
      Set.of(ENFILE, EMFILE, EADDRINUSE, EADDRNOTAVAIL, ENOBUFS);

  private static final List<String> WORDS =
      List.of(
          "Too many open files",
          "Address already in use",
          "Cannot assign requested address",
          "No buffer space available");

  private static final int DEEPEST = 8;

  private Shortage() {}

  /** What was not free; empty if it was nothing here. */
  static Optional<String> of(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
      if (isShortage(cause)) {
        return Optional.of(String.valueOf(cause.getMessage()));
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  private static boolean isShortage(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return cause instanceof BindException
        || (cause instanceof NativeIoException io && NUMBERS.contains(-io.expectedErr()))
        || WORDS.stream().anyMatch(message::contains);
  }
}
