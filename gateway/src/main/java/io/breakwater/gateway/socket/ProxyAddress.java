package io.breakwater.gateway.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Tells a socket where its client is; leaves the pipeline with that. */
final class ProxyAddress extends SimpleChannelInboundHandler<HAProxyMessage> {
  private final ClientSocket socket;

  ProxyAddress(ClientSocket socket) {
    this.socket = socket;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HAProxyMessage header)
      throws UnknownHostException {
    socket.proxied(addressIn(header));
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
