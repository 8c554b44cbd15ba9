package io.breakwater.storage.testing;

import io.breakwater.storage.Storage;

final class InMemoryStorageTest extends StorageContract {
  private final InMemoryStorage storage = new InMemoryStorage(contractLayout());

  @Override
  protected Storage storage() {
    return storage;
  }
}
