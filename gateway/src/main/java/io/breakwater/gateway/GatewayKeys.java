package io.breakwater.gateway;

import io.breakwater.gateway.home.NodeAddress;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The keys of the configuration, {@code breakwater.gateway.*} unless it says otherwise. */
@ConfigMapping(prefix = "breakwater")
interface GatewayKeys {
  Gateway gateway();

  Cluster cluster();

  /** {@code breakwater.cluster.*}: what all servers share. */
  interface Cluster {
    /** File of at least 64 hexadecimal digits. */
    Path secretFile();
  }

  interface Gateway {
    /** Where clients connect. */
    @WithDefault("127.0.0.1:7400")
    NodeAddress listen();

    /** Whether it listens there; false needs TLS. */
    @WithDefault("true")
    boolean plain();

    /** Where clients connect with TLS, once there is a certificate. */
    @WithDefault("127.0.0.1:7402")
    NodeAddress listenTls();

    Tls tls();

    /** {@code breakwater.gateway.tls.*}. */
    interface Tls {
      /** PEM: the server's certificate, then its chain. Without it there is no TLS. */
      Optional<Path> certificate();

      /** PEM: its private key, PKCS #8. */
      Optional<Path> key();

      /** Between two looks at whether the files have changed. */
      @WithDefault("5000")
      int pollMs();
    }

    WebSocket websocket();

    /** {@code breakwater.gateway.websocket.*}. */
    interface WebSocket {
      /** Of pages that may connect, as browsers send them; none if absent. */
      Optional<List<String>> origins();
    }

    /** {@code off}, or {@code required}: each connection begins with a PROXY header. */
    @WithDefault("off")
    String proxyProtocol();

    /** Networks of the balancers that send it. */
    Optional<List<String>> proxySources();

    RateKeys rate();

    Line line();

    /** {@code breakwater.gateway.line.*}: the waiting room. */
    interface Line {
      /** Sign-ups that wait, of all event loops together. */
      @WithDefault("100000")
      int places();

      /** Between two times that each is told its place. */
      @WithDefault("3000")
      int tellMs();

      /** Of the proof of work that newcomers are asked for where the room is full; 0: none. */
      @WithDefault("0")
      int workBits();
    }

    /** Liveness, readiness, metrics. */
    @WithDefault("127.0.0.1:7401")
    NodeAddress admin();

    /** Trunk addresses of some delivery nodes, which know the others. */
    @WithDefault("127.0.0.1:7410")
    List<NodeAddress> delivery();

    TrunkTls trunkTls();

    /** {@code breakwater.gateway.trunk-tls.*}. */
    interface TrunkTls {
      /** PEM: the gateway's certificate, then its chain. Without it trunks have no TLS. */
      Optional<Path> certificate();

      /** PEM: its private key, PKCS #8. */
      Optional<Path> key();

      /** PEM: the authorities of the delivery nodes' certificates. */
      Optional<Path> ca();

      /** Between two looks at whether the files have changed. */
      @WithDefault("5000")
      int pollMs();

      /** Whether the node's certificate must be for the host name too, besides its role. */
      @WithDefault("false")
      boolean checkHost();
    }

    /** Shown in the logs of delivery nodes. */
    Optional<String> name();

    /** {@code auto}, {@code epoll}, {@code nio} or {@code io_uring}. */
    @WithDefault("auto")
    String transport();

    /** Threads; as many as processors if absent. */
    Optional<Integer> eventLoops();

    @WithDefault("4096")
    int backlog();

    Accept accept();

    /** {@code breakwater.gateway.accept.*}. */
    interface Accept {
      /** Connections that are accepted and not answered yet; fewer while event loops are late. */
      @WithDefault("8192")
      int underWay();

      /** How long the rate of accepts of a fresh gateway is held back; 0: not at all. */
      @WithDefault("60000")
      int rampMs();
    }

    /** How long strangers run through the code before the gateway is ready; 0: not at all. */
    @WithDefault("2000")
    int warmUpMs();

    @WithDefault("8000")
    int firstFrameMs();

    @WithDefault("15000")
    int startedFrameMs();

    @WithDefault("8000")
    int attachMs();

    @WithDefault("20000")
    int detachedMs();

    @WithDefault("90000")
    int signUpIdleMs();

    @WithDefault("500")
    int returnAfterMinMs();

    /** Widest window from which clients are told when to come back. */
    @WithDefault("600000")
    int returnAfterMaxMs();

    @WithDefault("30000")
    int returnAfterUnreachedMs();

    @WithDefault("1048576")
    int outboundBytes();

    /** Of all clients together; event loops have an equal share. Fits the memory if absent. */
    Optional<Integer> outboundTotalBytes();

    /** Of all clients together. Fits the memory if absent. */
    Optional<Integer> inboundTotalBytes();

    @WithDefault("2000")
    int lingerMs();

    @WithDefault("1000")
    int sweepMs();

    @WithDefault("5000")
    int reattachPerSecond();

    /** Of the sessions, a second, that go elsewhere if other gateways have fewer. */
    @WithDefault("1")
    int rebalancePercent();

    @WithDefault("8388608")
    int trunkQueueBytes();

    @WithDefault("10000")
    int trunkStuckMs();

    @WithDefault("5000")
    int trunkOpenMs();

    @WithDefault("100")
    int trunkBackoffMinMs();

    @WithDefault("2000")
    int trunkBackoffMaxMs();

    /** Within which all clients are told to go away when this gateway stops, one by one. */
    @WithDefault("25000")
    int drainWindowMs();

    /** From GoAway to closing, at least; less at the end of the window. */
    @WithDefault("2000")
    int drainGraceMs();
  }
}
