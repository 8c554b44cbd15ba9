package io.breakwater.gateway.socket;

import io.breakwater.gateway.metrics.GatewayMetrics;
import io.breakwater.gateway.rate.Limit;
import io.breakwater.gateway.rate.SharedRates;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many connections an address may open.
 *
 * @param exempt whose addresses are not limited at all
 * @param rates shared by all event loops
 */
public record AddressRules(Networks exempt, SharedRates rates, GatewayMetrics metrics) {
  private static final Logger log = LoggerFactory.getLogger(AddressRules.class);

  /**
   * Judges a socket whose client's address is known now. On its event loop.
   *
   * @return false if it is one too many: it is to be closed, without a word
   */
  boolean admit(InetSocketAddress client, ClientSocket socket) {
    long address =
        exempt.contain(client) ? SharedRates.ANYWHERE : SharedRates.keyOf(client.getAddress());
    if (!rates.takeConnection(address, socket.nowMs())) {
      metrics.exceeded(Limit.ADDRESS_CONNECTIONS);
      log.debug("{} connects too fast", client);
      return false;
    }
    socket.machine().comesFrom(address);
    return true;
  }
}
