package io.breakwater.storage;

import org.jspecify.annotations.Nullable;

/** A request to storage did not succeed. The subclass says what is known about its effect. */
public abstract sealed class StorageException extends RuntimeException {
  private StorageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Not executed: nothing was written. May succeed later. */
  public static final class Unavailable extends StorageException {
    /** The cause is the driver's failure; none if it was never asked. */
    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A write may or may not have taken effect, now or later; a read has none. May succeed later. */
  public static final class UnknownOutcome extends StorageException {
    /** The cause is the driver's failure; none if an answer settled nothing. */
    public UnknownOutcome(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * What was read cannot be understood, or the request can never succeed. A bug or a corrupt row.
   */
  public static final class Broken extends StorageException {
    /** The cause is the driver's failure; none if the answer itself is wrong. */
    public Broken(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
