package io.breakwater.delivery;

import io.breakwater.common.config.ConfigurationPage;
import io.breakwater.storage.cassandra.CassandraSettings;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** docs/configuration.md is true for this process. */
final class ConfigurationDocTest {
  @Test
  void every_setting_stands_in_the_documentation_with_its_default() throws IOException {
    ConfigurationPage.assertDescribes(DeliverySettings.class);
    ConfigurationPage.assertDescribes(CassandraSettings.class);
  }
}
