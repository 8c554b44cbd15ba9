package io.breakwater.storage.cassandra;

import io.breakwater.cli.cassandra.TestCassandra;
import io.breakwater.storage.Storage;
import io.breakwater.storage.testing.StorageContract;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CassandraStorageTest extends StorageContract {
  private CassandraStorage storage;

  @BeforeAll
  void connect() {
    storage =
        CassandraStorage.connect(
            CassandraConfig.forOneMachine(TestCassandra.shared().contactPoint(), "contract"),
            contractLayout(),
            new SimpleMeterRegistry());
  }

  @AfterAll
  void disconnect() {
    storage.close();
  }

  @Override
  protected Storage storage() {
    return storage;
  }
}
