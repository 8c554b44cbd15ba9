package io.breakwater.gateway.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Tells a socket where its client is, and closes it if there are too many from there; leaves the
 * pipeline with that. A balancer that speaks for itself is not limited.
 */
final class ProxyAddress extends SimpleChannelInboundHandler<HAProxyMessage> {
  private final ClientSocket socket;
  private final AddressRules addresses;

  ProxyAddress(ClientSocket socket, AddressRules addresses) {
    this.socket = socket;
    this.addresses = addresses;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HAProxyMessage header)
      throws UnknownHostException {
    Optional<InetSocketAddress> client = addressIn(header);
    if (client.isPresent() && !addresses.admit(client.get(), socket)) {
      socket.closeNow();
      return;
    }
    socket.proxied(client);
    context.pipeline().remove(this);
  }

  /** Absent if the balancer speaks for itself (health checks), or of what has no IP address. */
  static Optional<InetSocketAddress> addressIn(HAProxyMessage header) throws UnknownHostException {
    byte[] address =
        header.sourceAddress() == null
            ? null
            : NetUtil.createByteArrayFromIpAddressString(header.sourceAddress());
    return address == null
        ? Optional.empty()
        : Optional.of(
            new InetSocketAddress(InetAddress.getByAddress(address), header.sourcePort()));
  }
}
