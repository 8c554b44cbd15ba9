package io.breakwater.loadtest.secrecy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** The key of a certificate as it is on disk: ECDSA, PKCS #8, PEM. */
final class PrivateKeyFile {
  private final Path file;
  private final List<String> lines;

  PrivateKeyFile(Path file) throws IOException {
    this.file = file;
    lines =
        Files.readAllLines(file).stream()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("-----"))
            .toList();
  }

  /** Base64, as it is written there. */
  List<String> lines() {
    return lines;
  }

  /** What is secret about it. */
  BigInteger number() throws IOException {
    try {
      byte[] encoded = Base64.getDecoder().decode(String.join("", lines));
      KeyFactory keys = KeyFactory.getInstance("EC");
      return ((ECPrivateKey) keys.generatePrivate(new PKCS8EncodedKeySpec(encoded))).getS();
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // What was wrong with it may quote the key.
      throw new IOException(
          "%s: %s (expected: an ECDSA key, PEM)".formatted(file, e.getClass().getSimpleName()), e);
    }
  }
}
