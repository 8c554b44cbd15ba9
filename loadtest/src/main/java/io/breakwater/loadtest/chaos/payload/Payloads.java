package io.breakwater.loadtest.chaos.payload;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.SplittableRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Writes and reads the payloads of one campaign. Any thread.
 *
 * <p>A payload is: 8 bytes that name the campaign, the canary (16 bytes), the sender's user and
 * device and the two users of the conversation (4 bytes each), the sequence number (8), padding.
 * The canary is a keyed hash of everything else, so that a byte that changed, is missing or was
 * added shows; without the seed nobody makes one.
 */
public final class Payloads {
  private static final int CAMPAIGN_BYTES = 8;
  private static final int CANARY_BYTES = 16;
  private static final int BODY_AT = CAMPAIGN_BYTES + CANARY_BYTES;

  /** The smallest payload, bytes. */
  public static final int MIN_BYTES = BODY_AT + 4 * Integer.BYTES + Long.BYTES;

  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;
  private final byte[] campaign;

  /**
   * @param seed that of the campaign
   */
  public Payloads(long seed) {
    key = new SecretKeySpec(ByteBuffer.allocate(Long.BYTES).putLong(seed).array(), ALGORITHM);
    campaign = Arrays.copyOf(mac(new byte[0], 0), CAMPAIGN_BYTES);
  }

  /**
   * Writes one; the same one each time.
   *
   * @param bytes its size, at least {@link #MIN_BYTES}
   */
  public byte[] write(Identity identity, int bytes) {
    if (bytes < MIN_BYTES) {
      throw new IllegalArgumentException(
          "payload: %d bytes (expected: at least %d)".formatted(bytes, MIN_BYTES));
    }
    ByteBuffer payload =
        ByteBuffer.allocate(bytes)
            .put(campaign)
            .position(BODY_AT)
            .putInt(identity.sender().user())
            .putInt(identity.sender().number())
            .putInt(identity.conversation().low())
            .putInt(identity.conversation().high())
            .putLong(identity.sequence());
    byte[] padding = new byte[payload.remaining()];
    new SplittableRandom(identity.hashCode()).nextBytes(padding);
    payload.put(padding);
    payload.put(CAMPAIGN_BYTES, mac(payload.array(), BODY_AT), 0, CANARY_BYTES);
    return payload.array();
  }

  /** Says what it is. */
  public Content read(byte[] payload) {
    if (payload.length < CAMPAIGN_BYTES
        || !Arrays.equals(payload, 0, CAMPAIGN_BYTES, campaign, 0, CAMPAIGN_BYTES)) {
      return new Content.Foreign();
    }
    if (payload.length < MIN_BYTES
        || !MessageDigest.isEqual(
            Arrays.copyOfRange(payload, CAMPAIGN_BYTES, BODY_AT),
            Arrays.copyOf(mac(payload, BODY_AT), CANARY_BYTES))) {
      return new Content.Damaged();
    }
    ByteBuffer body = ByteBuffer.wrap(payload).position(BODY_AT);
    Device sender = new Device(body.getInt(), body.getInt());
    Conversation conversation = new Conversation(body.getInt(), body.getInt());
    return new Content.Sound(new Identity(sender, conversation, body.getLong()));
  }

  private byte[] mac(byte[] bytes, int from) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(bytes, from, bytes.length - from);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
