package io.breakwater.client;

import io.breakwater.client.core.DeviceConfig;
import java.util.List;

/**
 * Where to connect, and the limits of the device.
 *
 * @param endpoints tried in turn, beginning with a random one
 */
public record ClientConfig(List<Endpoint> endpoints, DeviceConfig device) {
  /** Checks that there is an endpoint. */
  public ClientConfig {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("endpoints: none (expected: at least one)");
    }
  }

  /** One endpoint, default limits. */
  public static ClientConfig connectingTo(Endpoint endpoint) {
    return new ClientConfig(List.of(endpoint), DeviceConfig.DEFAULTS);
  }
}
