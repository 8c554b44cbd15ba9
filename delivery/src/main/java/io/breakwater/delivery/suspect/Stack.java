package io.breakwater.delivery.suspect;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;
import org.jgroups.util.DefaultSocketFactory;
import org.jgroups.util.LazyThreadFactory;

/*
 * What each part is for, from the wire up:
 *
 *   TCP              connections; one that breaks makes a suspicion at once, which is how a killed process is noticed
 *   TCPPING          asks the addresses that it is given; ours come from the registry, so no list is configured
 *   MERGE3           brings together groups that have formed apart
 *   FD_ALL3          a beat each second; who is silent for 6 s is suspected: a process that is frozen, a cable
 *   VERIFY_SUSPECT2  asks the suspect before anybody is told
 *   the rest         orders messages and agrees on the group, which is all that we want of it
 *
 * No message of ours is ever sent.
 */
/** The protocols of a channel. */
final class Stack {
  private static final int SILENT_MS = 6_000;
  private static final int BEAT_MS = 1_000;
  private static final int VERIFY_MS = 750;
  private static final int MERGE_MS = 8_000;
  private static final int JOIN_MS = 1_500;
  private static final int CONNECT_MS = 500;
  private static final int HANDSHAKE_MS = 1_500;
  private static final int MESSAGE_BYTES = 1 << 20;

  private final TCPPING discovery = new TCPPING();
  private final List<Protocol> protocols = new ArrayList<>();

  /**
   * @param tls without it whoever reaches the port can make members suspected
   */
  Stack(InetSocketAddress listen, Optional<SSLContext> tls) {
    protocols.add(tcp(listen, tls));
    discovery.setInitialHosts(List.of(listen));
    discovery.setPortRange(0);
    discovery.asyncDiscovery(true);
    discovery.numDiscoveryRuns(3);
    protocols.add(discovery);
    protocols.add(new MERGE3().setMaxInterval(MERGE_MS));
    protocols.add(new FD_ALL3().setTimeout(SILENT_MS).setInterval(BEAT_MS));
    protocols.add(new VERIFY_SUSPECT2().setTimeout(VERIFY_MS));
    protocols.add(new NAKACK2().useMcastXmit(false).logDiscardMessages(false));
    protocols.add(new UNICAST3().setXmitInterval(1_000));
    protocols.add(new STABLE().setDesiredAverageGossip(60_000));
    protocols.add(
        new GMS()
            .printLocalAddress(false)
            .setJoinTimeout(JOIN_MS)
            .setViewAckCollectionTimeout(1_000)
            .logViewWarnings(false));
  }

  private static TCP tcp(InetSocketAddress listen, Optional<SSLContext> tls) {
    LazyThreadFactory threads = new LazyThreadFactory("jgroups", true, true);
    // A beat must not wait behind virtual threads of ours on two carriers.
    threads.useVirtualThreads(false);
    TCP tcp = new TCP();
    tcp.setBindAddress(listen.getAddress());
    tcp.setBindPort(listen.getPort());
    tcp.setPortRange(0);
    tcp.useVirtualThreads(false);
    tcp.setThreadFactory(threads);
    tcp.setTimeServiceInterval(1_000);
    tcp.getThreadPool().setMinThreads(2).setMaxThreads(64).setKeepAliveTime(60_000);
    tcp.logDiscardMsgs(false);
    tcp.setSockConnTimeout(CONNECT_MS);
    tcp.setPeerAddrReadTimeout(2_000);
    tcp.setMaxLength(MESSAGE_BYTES);
    tcp.tcpNodelay(true);
    tcp.logDetails(false);
    tcp.enableSuspectEvents(true);
    tls.ifPresent(context -> tcp.setSocketFactory(sockets(context)));
    return tcp;
  }

  private static DefaultSocketFactory sockets(SSLContext tls) {
    DefaultSocketFactory sockets = new DefaultSocketFactory(tls);
    sockets.setServerSocketConfigurator(
        socket -> {
          SSLServerSocket server = (SSLServerSocket) socket;
          server.setEnabledProtocols(new String[] {"TLSv1.3"});
          server.setNeedClientAuth(true);
        });
    sockets.setSocketConfigurator(socket -> boundHandshake((SSLSocket) socket));
    return sockets;
  }

  /** JGroups shakes hands on the thread that sends all beats, without a time limit. */
  private static void boundHandshake(SSLSocket socket) {
    try {
      socket.setSoTimeout(HANDSHAKE_MS);
      socket.addHandshakeCompletedListener(
          _ -> {
            try {
              socket.setSoTimeout(0);
            } catch (java.net.SocketException e) {
              // It is closed: nobody reads it any more.
            }
          });
    } catch (java.net.SocketException e) {
      // The same.
    }
  }

  List<Protocol> protocols() {
    return protocols;
  }

  /** Whom discovery asks from now on; called by one thread. */
  void lookAt(Collection<InetSocketAddress> addresses) {
    discovery.setInitialHosts(List.copyOf(addresses));
    discovery.clearDynamicHostList();
  }
}
