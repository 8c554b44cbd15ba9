package io.breakwater.gateway.socket;

import io.breakwater.gateway.framing.FirstByte;
import io.breakwater.gateway.framing.WebSocketRules;
import io.breakwater.gateway.tls.Tls;
import io.netty.channel.socket.SocketChannel;
import java.util.Optional;

/**
 * What lies between a port and the frames of its clients.
 *
 * @param tls without it bytes are taken as they come
 */
public record Entrance(Optional<Tls> tls, WebSocketRules webSockets) {
  /** Puts together the pipeline of a socket that was accepted. On its event loop. */
  void open(SocketChannel channel, ClientSocket socket) {
    if (tls.isPresent()) {
      socket.notReady();
      tls.get().addTo(channel);
    }
    channel.pipeline().addLast(new FirstByte(socket, webSockets), socket);
  }
}
