package io.breakwater.client.store;

import java.io.IOException;

/** What a device has stored cannot be read: the device cannot go on. */
public final class DamagedStoreException extends IOException {
  private static final long serialVersionUID = 1;

  DamagedStoreException(String message) {
    super(message);
  }
}
