package io.breakwater.trunk;

import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why there is no TLS with a peer. */
public enum Refusal {
  /** Its certificate is trusted, and of another role. */
  ROLE,

  /** Its certificate is not trusted: another authority's, expired, for another host. */
  CERTIFICATE,

  /** Anything else: it shows no certificate, speaks no TLS, or refuses this process. */
  HANDSHAKE;

  /** What made this failure; empty if TLS has nothing to do with it. */
  public static Optional<Refusal> of(@Nullable Throwable failure) {
    Optional<Refusal> refusal = Optional.empty();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof WrongRole) {
        return Optional.of(ROLE);
      }
      if (cause instanceof CertificateException) {
        refusal = Optional.of(CERTIFICATE);
      } else if (cause instanceof SSLException && refusal.isEmpty()) {
        refusal = Optional.of(HANDSHAKE);
      }
    }
    return refusal;
  }

  /** The innermost message: those around it only say that TLS failed. */
  public static String describe(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    String message = innermost.getMessage();
    return message == null ? innermost.getClass().getSimpleName() : message;
  }
}
