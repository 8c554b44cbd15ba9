package io.breakwater.gateway.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Tells a socket where its client is, and closes it if there are too many from there; then that its
 * client has begun to speak, which may be in the packet of the header, and leaves the pipeline with
 * that. A balancer that speaks for itself is not limited.
 */
final class ProxyAddress extends ChannelInboundHandlerAdapter {
  private final ClientSocket socket;
  private final AddressRules addresses;

  /** What came with the header is not looked at. */
  private boolean isRefused;

  ProxyAddress(ClientSocket socket, AddressRules addresses) {
    this.socket = socket;
    this.addresses = addresses;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message)
      throws UnknownHostException {
    if (message instanceof HAProxyMessage header) {
      try {
        begins(header);
      } finally {
        header.release();
      }
    } else if (isRefused) {
      ReferenceCountUtil.release(message);
    } else {
      socket.begun();
      context.pipeline().remove(this);
      context.fireChannelRead(message);
    }
  }

  private void begins(HAProxyMessage header) throws UnknownHostException {
    Optional<InetSocketAddress> client = addressIn(header);
    if (client.isPresent() && !addresses.admit(client.get(), socket)) {
      isRefused = true;
      socket.closeNow();
      return;
    }
    socket.proxied(client);
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
