package io.breakwater.client;

import io.breakwater.client.core.DeviceConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where to connect, and the limits of the device.
 *
 * @param endpoints tried in turn, beginning with a random one
 * @param tls null: frames cross the network as they are
 */
public record ClientConfig(List<Endpoint> endpoints, DeviceConfig device, @Nullable Tls tls) {
  /** Checks that there is an endpoint. */
  public ClientConfig {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("endpoints: none (expected: at least one)");
    }
  }

  /** Without TLS. */
  public ClientConfig(List<Endpoint> endpoints, DeviceConfig device) {
    this(endpoints, device, null);
  }

  /** The same, with TLS. */
  public ClientConfig withTls(Tls with) {
    return new ClientConfig(endpoints, device, with);
  }

  /** One endpoint, default limits. */
  public static ClientConfig connectingTo(Endpoint endpoint) {
    return new ClientConfig(List.of(endpoint), DeviceConfig.DEFAULTS);
  }
}
