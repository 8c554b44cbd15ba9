package io.breakwater.common.certificate;

import java.io.IOException;

/**
 * Looks at certificate files again and again. Whoever looks waits for the disk; confined to one
 * thread at a time.
 */
public final class CertificateWatch {
  /** What a look has shown. */
  public sealed interface Look {
    /** Nothing that was not known before. */
    record Same() implements Look {}

    /** The files have other content, and it can be used. */
    record Changed(Identity identity) implements Look {}

    /**
     * The files have other content, or cannot be read any more. Said once for each content, and
     * once while they cannot be read.
     *
     * @param why names what was expected
     */
    record Refused(String why) implements Look {}
  }

  private final CertificateFiles files;
  private final Identity first;
  private PemFiles seen;
  private boolean isUnreadable;

  /**
   * Reads them for the first time.
   *
   * @throws UnusableCertificate if they cannot be used
   */
  public CertificateWatch(CertificateFiles files) throws UnusableCertificate {
    this.files = files;
    this.seen = PemFiles.read(files);
    this.first = Identity.of(seen);
  }

  /** What was read first. */
  public Identity first() {
    return first;
  }

  /** Reads them again. */
  public Look look() {
    try {
      PemFiles read = PemFiles.read(files);
      isUnreadable = false;
      if (read.equals(seen)) {
        return new Look.Same();
      }
      seen = read;
      return new Look.Changed(Identity.of(read));
    } catch (UnusableCertificate e) {
      boolean isNews = !isUnreadable;
      isUnreadable = e.getCause() instanceof IOException;
      return isNews ? new Look.Refused(String.valueOf(e.getMessage())) : new Look.Same();
    }
  }
}
