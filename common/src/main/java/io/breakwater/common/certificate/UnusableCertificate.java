package io.breakwater.common.certificate;

/** Certificate files cannot be used; the message says what is wrong and never quotes a key. */
public final class UnusableCertificate extends Exception {
  private static final long serialVersionUID = 1;

  /** Names the value and what was expected. */
  public UnusableCertificate(String message) {
    super(message);
  }

  /** Names the value and what was expected. */
  public UnusableCertificate(String message, Throwable cause) {
    super(message, cause);
  }
}
