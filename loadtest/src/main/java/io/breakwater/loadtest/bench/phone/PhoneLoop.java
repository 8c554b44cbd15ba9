package io.breakwater.loadtest.bench.phone;

import io.breakwater.loadtest.line.Line;
import io.breakwater.loadtest.line.LineLoop;
import io.breakwater.loadtest.line.Security;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one thread on which all phones live. */
public final class PhoneLoop implements AutoCloseable {
  private static final String THREAD = "phones";

  private final LineLoop loop = new LineLoop(THREAD, LineLoop.Sources.USUAL);
  private final List<InetSocketAddress> gateways;
  private final @Nullable TlsLines tls;
  private Transport transport = Transport.PLAIN;
  private int connected;

  /**
   * @param gateways where phones connect, in turn
   * @param tlsPort where they do with TLS
   */
  public PhoneLoop(List<InetSocketAddress> gateways, Optional<TlsPort> tlsPort) {
    this.gateways = gateways;
    this.tls = tlsPort.map(TlsLines::new).orElse(null);
  }

  /** Whether there is a port for TLS. */
  public boolean hasTls() {
    return tls != null;
  }

  /** Chooses how phones connect from now on. Any other thread. */
  public void use(Transport next) {
    if (next != Transport.PLAIN && tls == null) {
      throw new IllegalArgumentException("transport: %s, without a port for it".formatted(next));
    }
    call(() -> transport = next);
  }

  /** On the loop; the owner hears of it there too. */
  void connect(Line.Owner owner) {
    if (tls == null || transport == Transport.PLAIN) {
      connected = (connected + 1) % gateways.size();
      loop.connect(gateways.get(connected), owner, Security.NONE);
    } else {
      TlsLines lines = tls;
      boolean resumes = transport == Transport.TLS_RESUMED;
      loop.connect(
          lines.gateway(),
          owner,
          (channel, phone) ->
              channel.pipeline().addLast(lines.handler(channel.alloc(), resumes, phone.name())));
    }
  }

  /** Runs something on the loop as soon as it can. Any thread. */
  public void execute(Runnable task) {
    loop.execute(task);
  }

  /** Runs something on the loop at a time of {@link System#nanoTime}. Any thread. */
  public void at(long nanos, Runnable task) {
    loop.at(nanos, task);
  }

  /** Asks something on the loop, and waits for the answer. Any other thread. */
  public <T> T call(Supplier<T> question) {
    return loop.call(question);
  }

  /** Ends all sockets. */
  @Override
  public void close() {
    loop.close();
    if (tls != null) {
      tls.close();
    }
  }
}
