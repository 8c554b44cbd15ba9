package io.breakwater.gateway.socket;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetSocketAddress;
import java.util.List;

/** Networks of IPv4 and IPv6 addresses. */
public final class Networks {
  private final List<IpSubnetFilterRule> networks;

  private Networks(List<IpSubnetFilterRule> networks) {
    this.networks = networks;
  }

  /**
   * Reads them.
   *
   * @param networks as {@code 10.0.0.0/8}
   * @throws IllegalArgumentException if one is something else
   */
  public static Networks of(List<String> networks) {
    return new Networks(networks.stream().map(Networks::network).toList());
  }

  private static IpSubnetFilterRule network(String text) {
    try {
      return new IpSubnetFilterRule(text.strip(), IpFilterRuleType.ACCEPT);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "network: " + text + " (expected: address/bits, as 10.0.0.0/8)", e);
    }
  }

  boolean contain(InetSocketAddress address) {
    return networks.stream().anyMatch(network -> network.matches(address));
  }
}
