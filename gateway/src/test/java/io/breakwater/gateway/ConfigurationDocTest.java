package io.breakwater.gateway;

import io.breakwater.common.config.ConfigurationPage;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** docs/configuration.md is true for this process. */
final class ConfigurationDocTest {
  @Test
  void every_setting_stands_in_the_documentation_with_its_default() throws IOException {
    ConfigurationPage.assertDescribes(GatewayKeys.class);
  }
}
