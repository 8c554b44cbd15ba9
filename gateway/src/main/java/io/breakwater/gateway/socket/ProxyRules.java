package io.breakwater.gateway.socket;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Who may say where a client is: the balancers, which must begin each connection with a PROXY
 * header. It is never optional, since then every client could claim any address.
 */
public final class ProxyRules {
  private final List<IpSubnetFilterRule> sources;

  private ProxyRules(List<IpSubnetFilterRule> sources) {
    this.sources = sources;
  }

  /**
   * Reads the networks of the balancers.
   *
   * @param sources networks, as {@code 10.0.0.0/8}
   * @throws IllegalArgumentException if one is something else
   */
  public static ProxyRules of(List<String> sources) {
    return new ProxyRules(sources.stream().map(ProxyRules::network).toList());
  }

  private static IpSubnetFilterRule network(String text) {
    try {
      return new IpSubnetFilterRule(text.strip(), IpFilterRuleType.ACCEPT);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "network: " + text + " (expected: address/bits, as 10.0.0.0/8)", e);
    }
  }

  boolean trusts(InetSocketAddress peer) {
    return sources.stream().anyMatch(network -> network.matches(peer));
  }
}
