package io.breakwater.common.secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 under a key derived from the cluster secret for one purpose. Safe for any thread.
 */
public final class KeyedTag {
  private static final String ALGORITHM = "HmacSHA256";

  /** Keyed and never updated; each use works on a copy, which is cheaper than keying again. */
  private final Mac prototype;

  private KeyedTag(byte[] key) {
    try {
      prototype = Mac.getInstance(ALGORITHM);
      prototype.init(new SecretKeySpec(key, ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has " + ALGORITHM, e);
    }
  }

  /**
   * The key is HMAC(secret, purpose).
   *
   * @param secret at least 32 bytes
   * @throws IllegalArgumentException if it is shorter
   */
  public static KeyedTag forPurpose(byte[] secret, String purpose) {
    ClusterSecret.check(secret);
    return new KeyedTag(new KeyedTag(secret).of(purpose.getBytes(StandardCharsets.US_ASCII)));
  }

  /** 32 bytes over the concatenation of the parts; callers keep parts of fixed length. */
  public byte[] of(byte[]... parts) {
    try {
      Mac mac = (Mac) prototype.clone();
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the platform's " + ALGORITHM + " can be cloned", e);
    }
  }
}
