package io.breakwater.common.certificate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the files hold. */
record PemFiles(String certificate, String key, Optional<String> authorities) {
  private static final int MAX_BYTES = 256 * 1024;

  /** Reads all; waits for the disk. */
  static PemFiles read(CertificateFiles files) throws UnusableCertificate {
    return new PemFiles(
        read("certificate", files.certificate()),
        read("key", files.key()),
        files.authorities().isEmpty()
            ? Optional.empty()
            : Optional.of(read("ca", files.authorities().get())));
  }

  private static String read(String what, Path file) throws UnusableCertificate {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new UnusableCertificate(
            what + ": " + file + " (expected: at most " + MAX_BYTES + " bytes)");
      }
      // Bytes that are not ASCII stay what they are, and are found wrong later.
      return new String(bytes, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UnusableCertificate(what + ": " + file + " (expected: a readable file)", e);
    }
  }

  /** Keeps the key out of logs. */
  @Override
  public String toString() {
    return "PemFiles";
  }
}
