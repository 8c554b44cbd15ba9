package io.breakwater.gateway.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;

/** What the kernel knows of the other end of a socket. */
final class Peer {
  /** Of Linux, {@code net/tcp_states.h}: in all others than these the peer has sent FIN or RST. */
  private static final int ESTABLISHED = 1;

  private static final int SYN_RECEIVED = 3;
  private static final int FIN_WAIT_1 = 4;
  private static final int FIN_WAIT_2 = 5;

  private Peer() {}

  /**
   * Whether it has closed or reset the connection, whatever it sent before. Costs a system call; of
   * NIO, which cannot say, always false.
   */
  static boolean isGone(Channel socket) {
    try {
      return switch (socket) {
        case EpollSocketChannel epoll -> isOver(epoll.tcpInfo().state());
        case IoUringSocketChannel ring -> isOver(ring.tcpInfo().state());
        default -> false;
      };
    } catch (ChannelException e) {
      // Closed by this side meanwhile.
      return true;
    }
  }

  private static boolean isOver(int state) {
    return state != ESTABLISHED
        && state != SYN_RECEIVED
        && state != FIN_WAIT_1
        && state != FIN_WAIT_2;
  }
}
