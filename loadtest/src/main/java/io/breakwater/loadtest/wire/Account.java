package io.breakwater.loadtest.wire;

import com.google.protobuf.ByteString;

/**
 * What a device is known by.
 *
 * @param user 16 bytes
 * @param token 48 bytes; a secret
 */
record Account(ByteString user, int device, ByteString token) {
  Account withToken(ByteString other) {
    return new Account(user, device, other);
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "Account[device=" + Integer.toHexString(device) + ']';
  }

  /** The same bytes but for one bit. */
  static ByteString flipped(ByteString bytes, int at) {
    byte[] copy = bytes.toByteArray();
    copy[at] ^= 1;
    return ByteString.copyFrom(copy);
  }
}
