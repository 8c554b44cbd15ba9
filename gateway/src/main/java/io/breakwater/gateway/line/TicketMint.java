package io.breakwater.gateway.line;

import io.breakwater.common.secret.KeyedTag;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Makes the tickets that keep places in line, and reads those of every gateway of the cluster.
 * Nothing is remembered: a ticket says when its sign-up came, when its holder was seen last, and
 * what work was done for the place, if any was, and is signed (HMAC-SHA-256, 128 bits of it)
 * together with the sign-up id, which it does not show. So it is good for that sign-up alone. Safe
 * for any thread; no method waits.
 *
 * <p>Times are of the gateways' clocks: by as much as these differ, who moves from one to another
 * gains or loses.
 */
public final class TicketMint {
  /** Bytes of a ticket, at most: version, two times, bits of work if any was done, tag. */
  public static final int BYTES = TicketMint.UNWORKED_BYTES + 1;

  /** A place is kept for so long after its holder was seen last. */
  public static final int LAPSE_MS = 120_000;

  /** And for so long after its sign-up came: nobody waits longer, and comes before everybody. */
  public static final int AGE_MAX_MS = 12 * 3_600_000;

  private static final int TAG_BYTES = 16;
  private static final int UNWORKED_BYTES = 1 + 2 * Long.BYTES + TicketMint.TAG_BYTES;
  private static final byte UNWORKED = 1;
  private static final byte WORKED = 2;

  private final KeyedTag tag;

  /**
   * @param clusterSecret at least 32 bytes, the same on every gateway
   * @throws IllegalArgumentException if it is shorter
   */
  public TicketMint(byte[] clusterSecret) {
    tag = KeyedTag.forPurpose(clusterSecret, "waiting room ticket");
  }

  /**
   * A ticket for this sign-up.
   *
   * @param signUpId 16 bytes
   * @param arrivedMs when it came first, ms since 1970 UTC
   * @param seenMs now, or until when its holder was told to stay away
   * @param workBits of the work that was done for the place; 0: none
   */
  public byte[] issue(byte[] signUpId, long arrivedMs, long seenMs, int workBits) {
    boolean isWorked = workBits > 0;
    ByteBuffer ticket =
        ByteBuffer.allocate(isWorked ? BYTES : UNWORKED_BYTES)
            .put(isWorked ? WORKED : UNWORKED)
            .putLong(arrivedMs)
            .putLong(seenMs);
    if (isWorked) {
      ticket.put((byte) workBits);
    }
    byte[] signed = Arrays.copyOf(ticket.array(), ticket.position());
    return ticket.put(tagOf(signUpId, signed)).array();
  }

  /**
   * What a ticket is worth.
   *
   * @param signUpId 16 bytes: of the sign-up that brings it
   * @param ticket as it came; empty: it has none
   * @param nowMs since 1970 UTC
   */
  public Ticket read(byte[] signUpId, byte[] ticket, long nowMs) {
    if (ticket.length == 0) {
      return new Ticket.None();
    }
    boolean isWorked = ticket[0] == WORKED;
    if (ticket.length != (isWorked ? BYTES : UNWORKED_BYTES)) {
      return new Ticket.Refused(Ticket.Fault.FORGED);
    }
    // The tag is over the version, too.
    int signedBytes = ticket.length - TAG_BYTES;
    byte[] signed = Arrays.copyOf(ticket, signedBytes);
    byte[] presented = Arrays.copyOfRange(ticket, signedBytes, ticket.length);
    if (!MessageDigest.isEqual(tagOf(signUpId, signed), presented)) {
      return new Ticket.Refused(Ticket.Fault.FORGED);
    }
    ByteBuffer said = ByteBuffer.wrap(signed, 1, 2 * Long.BYTES);
    long arrivedMs = said.getLong();
    long seenMs = said.getLong();
    if (nowMs - seenMs > LAPSE_MS) {
      return new Ticket.Refused(Ticket.Fault.LAPSED);
    }
    return nowMs - arrivedMs > AGE_MAX_MS
        ? new Ticket.Refused(Ticket.Fault.AGED)
        : new Ticket.Good(
            Math.min(arrivedMs, nowMs),
            isWorked ? Byte.toUnsignedInt(signed[signedBytes - 1]) : 0,
            seenMs);
  }

  private byte[] tagOf(byte[] signUpId, byte[] signed) {
    return Arrays.copyOf(tag.of(signUpId, signed), TAG_BYTES);
  }
}
