package io.breakwater.common.secret;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** Reads the cluster secret from its file: secrets never come from arguments. */
public final class ClusterSecret {
  private static final int MIN_BYTES = 32;

  private ClusterSecret() {}

  /**
   * Reads a file of at least 64 hexadecimal digits; white space around them is dropped.
   *
   * @throws IllegalArgumentException if the file cannot be read or does not hold them
   */
  public static byte[] read(Path file) {
    try {
      return HexFormat.of().parseHex(Files.readString(file).strip());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cluster secret file: " + file + " (expected: a readable file)",
          new UncheckedIOException(e));
    } catch (IllegalArgumentException e) {
      // The message of the cause would quote the secret.
      throw new IllegalArgumentException(
          "cluster secret file: " + file + " (expected: at least 64 hexadecimal digits)");
    }
  }

  static void check(byte[] secret) {
    if (secret.length < MIN_BYTES) {
      throw new IllegalArgumentException(
          "cluster secret: " + secret.length + " bytes (expected: at least " + MIN_BYTES + ')');
    }
  }
}
