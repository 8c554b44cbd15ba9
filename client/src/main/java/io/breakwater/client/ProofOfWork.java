package io.breakwater.client;

import com.google.protobuf.ByteString;
import io.breakwater.client.core.SignUpMachine;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.OptionalLong;

/**
 * What a server may ask a sign-up for when many come: a nonce with which SHA-256(challenge, nonce)
 * begins with zero bits (Back, "Hashcash - A Denial of Service Counter-Measure", 2002).
 *
 * @param bits at most {@link SignUpMachine#WORK_BITS_MAX}
 */
public record ProofOfWork(ByteString challenge, int bits) {
  private static final int HASH_BYTES = 32;

  /** Whoever is that unlucky, once in 10^27 times, is asked again. */
  private static final int TRIES_PER_EXPECTED = 64;

  /** Looks so often whether it is still wanted. */
  private static final int INTERRUPTED_EACH = 1 << 12;

  /**
   * Looks for the nonce; takes a processor for 2^bits hashes on average.
   *
   * @return none if the thread was interrupted
   * @throws IllegalStateException if bits are not 0..{@link SignUpMachine#WORK_BITS_MAX}
   */
  public OptionalLong solve() {
    if (bits < 0 || bits > SignUpMachine.WORK_BITS_MAX) {
      throw new IllegalStateException(
          "proof of work: " + bits + " bits (expected: 0.." + SignUpMachine.WORK_BITS_MAX + ')');
    }
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] input = new byte[challenge.size() + Long.BYTES];
      challenge.copyTo(input, 0);
      ByteBuffer nonceAt = ByteBuffer.wrap(input, challenge.size(), Long.BYTES).slice();
      byte[] hash = new byte[HASH_BYTES];
      ByteBuffer head = ByteBuffer.wrap(hash);
      for (long nonce = 0; nonce < (long) TRIES_PER_EXPECTED << bits; nonce++) {
        if (nonce % INTERRUPTED_EACH == 0 && Thread.currentThread().isInterrupted()) {
          return OptionalLong.empty();
        }
        nonceAt.putLong(0, nonce);
        sha.update(input);
        sha.digest(hash, 0, HASH_BYTES);
        if (Long.numberOfLeadingZeros(head.getLong(0)) >= bits) {
          return OptionalLong.of(nonce);
        }
      }
      return OptionalLong.empty();
    } catch (NoSuchAlgorithmException | DigestException e) {
      throw new AssertionError("every Java platform has SHA-256, of 32 bytes", e);
    }
  }
}
