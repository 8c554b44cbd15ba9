package io.breakwater.loadtest.line;

import com.google.protobuf.ByteString;

/**
 * What a device is known by.
 *
 * @param user 16 bytes
 * @param token 48 bytes; a secret
 */
public record Account(ByteString user, int device, ByteString token) {
  /** Without the token. */
  @Override
  public String toString() {
    return "Account[device=" + Integer.toHexString(device) + ']';
  }
}
