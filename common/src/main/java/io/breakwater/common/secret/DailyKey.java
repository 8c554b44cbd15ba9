package io.breakwater.common.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Keys for one purpose that change every day, which all servers of a cluster derive alike: nothing
 * has to be sent around. Safe for any thread; no method waits.
 */
public final class DailyKey {
  private static final String ALGORITHM = "HKDF-SHA256";

  private final byte[] clusterSecret;
  private final byte[] purpose;

  /**
   * @param clusterSecret at least 32 bytes
   * @param purpose keeps its keys apart from those of others
   * @throws IllegalArgumentException if the secret is shorter
   */
  public DailyKey(byte[] clusterSecret, String purpose) {
    ClusterSecret.check(clusterSecret);
    this.clusterSecret = clusterSecret.clone();
    this.purpose = purpose.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The key of a day: HKDF (RFC 5869) with purpose and day as info.
   *
   * @param epochDay days since 1970-01-01
   * @param bytes 1..8160
   */
  public byte[] of(long epochDay, int bytes) {
    byte[] info =
        ByteBuffer.allocate(purpose.length + Long.BYTES).put(purpose).putLong(epochDay).array();
    try {
      return KDF.getInstance(ALGORITHM)
          .deriveData(HKDFParameterSpec.ofExtract().addIKM(clusterSecret).thenExpand(info, bytes));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has " + ALGORITHM, e);
    }
  }
}
