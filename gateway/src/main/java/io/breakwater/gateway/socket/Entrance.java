package io.breakwater.gateway.socket;

import io.breakwater.gateway.framing.FirstByte;
import io.breakwater.gateway.framing.WebSocketRules;
import io.breakwater.gateway.metrics.GatewayMetrics;
import io.breakwater.gateway.tls.Tls;
import io.netty.channel.socket.SocketChannel;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lies between a port and the frames of its clients.
 *
 * @param proxy without it nobody can say where a client is but its own address
 * @param addresses judges the client's address, the one in the PROXY header if there is one
 * @param tls without it bytes are taken as they come
 */
public record Entrance(
    Optional<ProxyRules> proxy,
    AddressRules addresses,
    Optional<Tls> tls,
    WebSocketRules webSockets,
    GatewayMetrics metrics) {
  private static final Logger log = LoggerFactory.getLogger(Entrance.class);

  /** Puts together the pipeline of a socket that was accepted. On its event loop. */
  void open(SocketChannel channel, ClientSocket socket) {
    if (isGone(channel)) {
      socket.gone();
      var _ = channel.close();
      return;
    }
    if (proxy.isPresent()) {
      if (!proxy.get().trusts(channel.remoteAddress())) {
        metrics.proxyRefused();
        log.debug("{} is no balancer", channel.remoteAddress());
        var _ = channel.close();
        return;
      }
      socket.awaitsHeader();
      channel.pipeline().addLast(new ProxyHeader(metrics), new ProxyAddress(socket, addresses));
    } else if (!addresses.admit(channel.remoteAddress(), socket)) {
      var _ = channel.close();
      return;
    }
    if (tls.isPresent()) {
      socket.notReady();
      tls.get().addTo(channel);
    }
    channel.pipeline().addLast(new FirstByte(socket, webSockets), socket);
  }

  /** Its client has closed it, or where it came from cannot be asked any more. */
  private static boolean isGone(SocketChannel channel) {
    return channel.remoteAddress() == null || Peer.isGone(channel);
  }
}
