package io.breakwater.common.secret;

import io.breakwater.common.id.Hashes;
import java.security.MessageDigest;
import java.util.Arrays;

/** SHA-256 of a secret of high entropy: what is kept at rest. Compared in constant time. */
public final class SecretHash {
  /** Bytes of a hash. */
  public static final int BYTES = 32;

  private final byte[] hash;

  private SecretHash(byte[] hash) {
    this.hash = hash;
  }

  /** The hash of a secret. */
  public static SecretHash of(byte[] secret) {
    return new SecretHash(Hashes.sha256().digest(secret));
  }

  /**
   * A hash that was stored or received.
   *
   * @throws IllegalArgumentException if it is not 32 bytes
   */
  public static SecretHash stored(byte[] hash) {
    if (hash.length != BYTES) {
      throw new IllegalArgumentException(
          "secret hash size: " + hash.length + " bytes (expected: " + BYTES + ')');
    }
    return new SecretHash(hash.clone());
  }

  /** The 32 bytes. */
  public byte[] bytes() {
    return hash.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SecretHash that && MessageDigest.isEqual(hash, that.hash);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hash);
  }

  @Override
  public String toString() {
    return "SecretHash";
  }
}
