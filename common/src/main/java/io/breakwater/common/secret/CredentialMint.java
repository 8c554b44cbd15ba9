package io.breakwater.common.secret;

import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.Hashes;
import io.breakwater.common.id.UserId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * Derives ids and tokens from what the client chose, and tells real ones from made-up ones.
 * Everything is a function of the cluster secret and the arguments, so that a repeated sign-up
 * finishes the same account. Safe for any thread; no method waits.
 */
public final class CredentialMint {
  /** Bytes of a sign-up id and of a link id. */
  public static final int CLIENT_SECRET_BYTES = 16;

  private static final int USER_BODY_BYTES = 12;
  private static final int TAG_BYTES = DeviceToken.BYTES - DeviceToken.SECRET_BYTES;

  private final KeyedTag userBody;
  private final KeyedTag userTag;
  private final KeyedTag deviceSecret;
  private final KeyedTag deviceTag;

  /**
   * @param clusterSecret at least 32 bytes, the same on every gateway and delivery node
   * @throws IllegalArgumentException if it is shorter
   */
  public CredentialMint(byte[] clusterSecret) {
    ClusterSecret.check(clusterSecret);
    userBody = KeyedTag.forPurpose(clusterSecret, "user id");
    userTag = KeyedTag.forPurpose(clusterSecret, "user id tag");
    deviceSecret = KeyedTag.forPurpose(clusterSecret, "device secret");
    deviceTag = KeyedTag.forPurpose(clusterSecret, "device token tag");
  }

  /** The first device of the account that this sign-up id makes. */
  public Credentials signUp(byte[] signUpId) {
    checkClientSecret("sign-up id", signUpId);
    byte[] body = Arrays.copyOf(userBody.of(signUpId), USER_BODY_BYTES);
    UserId user = UserId.of(ByteBuffer.allocate(16).put(body).put(userTag.of(body), 0, 4).flip());
    return device(user, new byte[] {'s'}, signUpId);
  }

  /** The further device that this link id makes. */
  public Credentials link(UserId user, byte[] linkId) {
    checkClientSecret("link id", linkId);
    return device(user, new byte[] {'l'}, linkId);
  }

  private Credentials device(UserId user, byte[] how, byte[] clientSecret) {
    byte[] secret = deviceSecret.of(how, user.bytes(), clientSecret);
    DeviceId device = new DeviceId(ByteBuffer.wrap(Hashes.sha256().digest(secret)).getInt());
    byte[] token = Arrays.copyOf(secret, DeviceToken.BYTES);
    System.arraycopy(tag(user, device, secret), 0, token, DeviceToken.SECRET_BYTES, TAG_BYTES);
    return new Credentials(user, device, new DeviceToken(token));
  }

  private byte[] tag(UserId user, DeviceId device, byte[] secret) {
    return deviceTag.of(
        user.bytes(), ByteBuffer.allocate(4).putInt(device.value()).array(), secret);
  }

  /** Whether this cluster made the id; false costs no database read. */
  public boolean isOurs(UserId user) {
    byte[] id = user.bytes();
    byte[] body = Arrays.copyOf(id, USER_BODY_BYTES);
    byte[] expected = Arrays.copyOf(userTag.of(body), 4);
    return MessageDigest.isEqual(expected, Arrays.copyOfRange(id, USER_BODY_BYTES, 16));
  }

  /**
   * Checks a token that a device presents.
   *
   * @return its hash at rest if this cluster made the token for this device (it may have been
   *     revoked since); nothing if it is forged
   */
  public Optional<SecretHash> verify(UserId user, DeviceId device, byte[] token) {
    if (token.length != DeviceToken.BYTES) {
      return Optional.empty();
    }
    byte[] secret = Arrays.copyOf(token, DeviceToken.SECRET_BYTES);
    byte[] expected = Arrays.copyOf(tag(user, device, secret), TAG_BYTES);
    byte[] presented = Arrays.copyOfRange(token, DeviceToken.SECRET_BYTES, DeviceToken.BYTES);
    return MessageDigest.isEqual(expected, presented)
        ? Optional.of(DeviceToken.hashOf(token))
        : Optional.empty();
  }

  private static void checkClientSecret(String what, byte[] value) {
    if (value.length != CLIENT_SECRET_BYTES) {
      throw new IllegalArgumentException(
          what + " size: " + value.length + " bytes (expected: " + CLIENT_SECRET_BYTES + ')');
    }
  }
}
