package io.breakwater.common.certificate;

import org.jspecify.annotations.Nullable;

/**
 * Looks at certificate files again and again. Whoever looks waits for the disk; confined to one
 * thread at a time.
 */
public final class CertificateWatch {
  /** What a look has shown. */
  public sealed interface Look {
    /** Nothing that was not known before. */
    record Same() implements Look {}

    /** The files had other content, and it is in use now. */
    record Taken() implements Look {}

    /**
     * The files have other content, or cannot be read any more. Said once for each content, and
     * once while they cannot be read; tried again at each look.
     *
     * @param why names what was expected
     */
    record Refused(String why) implements Look {}
  }

  /** Takes what the files hold into use. */
  @FunctionalInterface
  public interface Use {
    /**
     * Does it.
     *
     * @throws UnusableCertificate if it cannot be used now; the next look brings it again
     */
    void take(Identity identity) throws UnusableCertificate;
  }

  /** Why the files are not in use; two that are equal are told of once. */
  private sealed interface Fault {
    record Content(PemFiles refused) implements Fault {}

    record Unread(String why) implements Fault {}
  }

  private final CertificateFiles files;
  private final Identity first;
  private PemFiles taken;
  private @Nullable Fault told;

  /**
   * Reads them for the first time.
   *
   * @throws UnusableCertificate if they cannot be used
   */
  public CertificateWatch(CertificateFiles files) throws UnusableCertificate {
    this.files = files;
    this.taken = PemFiles.read(files);
    this.first = Identity.of(taken);
  }

  /** What was read first; counts as taken. */
  public Identity first() {
    return first;
  }

  /**
   * Reads them again, and lets other content than what is in use be taken.
   *
   * @throws RuntimeException of {@code use}, once for each content
   */
  public Look look(Use use) {
    PemFiles read;
    try {
      read = PemFiles.read(files);
    } catch (UnusableCertificate e) {
      String why = String.valueOf(e.getMessage());
      return isNews(new Fault.Unread(why)) ? new Look.Refused(why) : new Look.Same();
    }
    if (read.equals(taken)) {
      told = null;
      return new Look.Same();
    }
    return offer(read, use);
  }

  private Look offer(PemFiles read, Use use) {
    try {
      use.take(Identity.of(read));
      taken = read;
      told = null;
      return new Look.Taken();
    } catch (UnusableCertificate e) {
      return isNews(new Fault.Content(read))
          ? new Look.Refused(String.valueOf(e.getMessage()))
          : new Look.Same();
    } catch (RuntimeException e) {
      if (isNews(new Fault.Content(read))) {
        throw e;
      }
      return new Look.Same();
    }
  }

  private boolean isNews(Fault fault) {
    boolean isNews = !fault.equals(told);
    told = fault;
    return isNews;
  }
}
