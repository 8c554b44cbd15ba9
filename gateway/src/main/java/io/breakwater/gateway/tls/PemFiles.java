package io.breakwater.gateway.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the two files hold. */
record PemFiles(String certificate, String key) {
  private static final int MAX_BYTES = 256 * 1024;

  /** Reads both; waits for the disk. */
  static PemFiles read(TlsSettings settings) throws KeyPair.Unusable {
    return new PemFiles(read("certificate", settings.certificate()), read("key", settings.key()));
  }

  private static String read(String what, Path file) throws KeyPair.Unusable {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new KeyPair.Unusable(
            what + ": " + file + " (expected: at most " + MAX_BYTES + " bytes)");
      }
      // Bytes that are not ASCII stay what they are, and are found wrong later.
      return new String(bytes, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new KeyPair.Unusable(what + ": " + file + " (expected: a readable file)", e);
    }
  }

  /** Keeps the key out of logs. */
  @Override
  public String toString() {
    return "PemFiles";
  }
}
