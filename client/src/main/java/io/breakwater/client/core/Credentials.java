package io.breakwater.client.core;

import com.google.protobuf.ByteString;

/**
 * What a device is known by.
 *
 * @param device unique among the devices that the user ever had
 * @param token 48 bytes; a secret, left out of {@link #toString}
 */
public record Credentials(UserId user, int device, ByteString token) {
  @Override
  public String toString() {
    return "Credentials[user=" + user + ", device=" + Integer.toHexString(device) + ']';
  }
}
