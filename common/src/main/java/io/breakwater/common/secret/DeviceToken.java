package io.breakwater.common.secret;

import java.util.Arrays;

/** What a device proves itself with: a 32-byte secret and a 16-byte keyed tag. Never printed. */
public final class DeviceToken {
  /** Bytes of a token. */
  public static final int BYTES = 48;

  static final int SECRET_BYTES = 32;

  private final byte[] token;

  DeviceToken(byte[] token) {
    this.token = token;
  }

  /** The 48 bytes, to be given to the device. */
  public byte[] bytes() {
    return token.clone();
  }

  /** What is kept at rest. */
  public SecretHash hash() {
    return hashOf(token);
  }

  /** What is kept at rest of a token that came from a device. */
  static SecretHash hashOf(byte[] token) {
    return SecretHash.of(Arrays.copyOf(token, SECRET_BYTES));
  }

  @Override
  public String toString() {
    return "DeviceToken";
  }
}
