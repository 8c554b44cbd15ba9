package io.breakwater.gateway.socket;

import java.net.InetSocketAddress;

/**
 * Who may say where a client is: the balancers, which must begin each connection with a PROXY
 * header. It is never optional, since then every client could claim any address.
 *
 * @param sources the networks of the balancers
 */
public record ProxyRules(Networks sources) {
  boolean trusts(InetSocketAddress peer) {
    return sources.contain(peer);
  }
}
