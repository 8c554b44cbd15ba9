package io.breakwater.gateway.line;

import io.breakwater.common.secret.KeyedTag;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Makes challenges for a proof of work, and checks what was done about those of every gateway of
 * the cluster. The work is that of Hashcash (Back, "Hashcash - A Denial of Service
 * Counter-Measure", 2002) with SHA-256: a nonce with which the hash of challenge and nonce begins
 * with zero bits.
 *
 * <p>Nothing is remembered: a challenge says how many bits and in which step of time it was made,
 * and is signed as tickets are ({@link TicketMint}) together with the sign-up id. So it cannot be
 * worked on long before, and is good for that sign-up alone; that it may be shown again does not
 * matter, since a sign-up has one place. Within a step it stays the same, so that a connection that
 * broke does not lose the work. Safe for any thread; no method waits.
 */
public final class WorkMint {
  /** Bytes of a challenge: version, bits, step, tag. */
  public static final int BYTES = 2 + Long.BYTES + WorkMint.TAG_BYTES;

  /** A challenge is good for its step and the next one. */
  static final int STEP_MS = 30_000;

  private static final int TAG_BYTES = 16;
  private static final byte VERSION = 1;
  private static final int SIGNED_BYTES = BYTES - TAG_BYTES;

  private final KeyedTag tag;
  private final MessageDigest prototype;

  /**
   * @param clusterSecret at least 32 bytes, the same on every gateway
   * @throws IllegalArgumentException if it is shorter
   */
  public WorkMint(byte[] clusterSecret) {
    tag = KeyedTag.forPurpose(clusterSecret, "sign-up work");
    try {
      prototype = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /**
   * A challenge for this sign-up.
   *
   * @param signUpId 16 bytes
   * @param bits 1..255
   * @param nowMs since 1970 UTC
   */
  public byte[] demand(byte[] signUpId, int bits, long nowMs) {
    ByteBuffer challenge =
        ByteBuffer.allocate(BYTES).put(VERSION).put((byte) bits).putLong(nowMs / STEP_MS);
    byte[] signed = Arrays.copyOf(challenge.array(), SIGNED_BYTES);
    return challenge.put(tagOf(signUpId, signed)).array();
  }

  /**
   * What was done.
   *
   * @param signUpId 16 bytes: of the sign-up that brings it
   * @param challenge as it came
   * @param nowMs since 1970 UTC
   */
  public Work read(byte[] signUpId, byte[] challenge, long nonce, long nowMs) {
    if (challenge.length != BYTES || challenge[0] != VERSION) {
      return new Work.Refused(Work.Fault.FORGED);
    }
    byte[] signed = Arrays.copyOf(challenge, SIGNED_BYTES);
    byte[] presented = Arrays.copyOfRange(challenge, SIGNED_BYTES, BYTES);
    if (!MessageDigest.isEqual(tagOf(signUpId, signed), presented)) {
      return new Work.Refused(Work.Fault.FORGED);
    }
    // The clock of another gateway may be ahead by a step.
    if (Math.abs(nowMs / STEP_MS - ByteBuffer.wrap(signed).getLong(2)) > 1) {
      return new Work.Refused(Work.Fault.LAPSED);
    }
    int bits = Byte.toUnsignedInt(challenge[1]);
    return zeroBits(challenge, nonce) >= bits
        ? new Work.Done(bits)
        : new Work.Refused(Work.Fault.TOO_LITTLE);
  }

  /** Of the first 64 of the hash. */
  private int zeroBits(byte[] challenge, long nonce) {
    try {
      MessageDigest sha = (MessageDigest) prototype.clone();
      sha.update(challenge);
      sha.update(ByteBuffer.allocate(Long.BYTES).putLong(0, nonce));
      return Long.numberOfLeadingZeros(ByteBuffer.wrap(sha.digest()).getLong());
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the platform's SHA-256 can be cloned", e);
    }
  }

  private byte[] tagOf(byte[] signUpId, byte[] signed) {
    return Arrays.copyOf(tag.of(signUpId, signed), TAG_BYTES);
  }
}
