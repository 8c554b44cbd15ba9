package io.breakwater.gateway.tls;

import io.breakwater.common.certificate.CertificateFiles;
import io.breakwater.common.certificate.CertificateWatch;
import io.breakwater.common.certificate.Identity;
import io.breakwater.common.certificate.UnusableCertificate;
import io.breakwater.gateway.metrics.GatewayMetrics;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.ReferenceCountedOpenSslServerContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.IllegalReferenceCountException;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS 1.3 by BoringSSL, with a certificate that may change while it is used. Connections that are
 * open keep the one that they began with.
 *
 * <p>Its own thread looks at the files and at the day; event loops only take what is current.
 */
public final class Tls implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Tls.class);
  private static final String VERSION = "TLSv1.3";

  private final TicketKeys ticketKeys;
  private final InstantSource wall;
  private final GatewayMetrics metrics;
  private final HandshakeCount handshakes;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("tls").factory());
  private final AtomicReference<Current> current;

  /** Confined to the thread, once started. */
  private final CertificateWatch files;

  /** The context in use; counted, since event loops may be using it when it is replaced. */
  private record Current(
      ReferenceCountedOpenSslServerContext context, long expiresAtMs, long ticketDay) {}

  private Tls(
      CertificateWatch files, TicketKeys ticketKeys, InstantSource wall, GatewayMetrics metrics)
      throws UnusableCertificate {
    this.files = files;
    this.ticketKeys = ticketKeys;
    this.wall = wall;
    this.metrics = metrics;
    this.handshakes = new HandshakeCount(metrics);
    this.current = new AtomicReference<>(make(files.first()));
  }

  /**
   * Reads the certificate and begins to watch it.
   *
   * @param files read now, then again and again
   * @param clusterSecret session tickets are sealed with keys that are derived from it
   * @param wall decides which day it is, and whether a certificate holds
   * @throws IllegalArgumentException if the certificate cannot be used or does not hold now, or
   *     BoringSSL is not there
   */
  public static Tls start(
      CertificateFiles files, byte[] clusterSecret, InstantSource wall, GatewayMetrics metrics) {
    if (!OpenSsl.isAvailable()) {
      throw new IllegalArgumentException(
          "tls: BoringSSL does not load (expected: Linux on x86-64 or AArch64): "
              + OpenSsl.unavailabilityCause());
    }
    try {
      Tls tls =
          new Tls(new CertificateWatch(files), new TicketKeys(clusterSecret, wall), wall, metrics);
      metrics.certificateExpires(() -> (tls.expiresAtMs() - wall.millis()) / 1_000.0);
      var _ =
          tls.thread.scheduleWithFixedDelay(
              tls::look, files.pollMs(), files.pollMs(), TimeUnit.MILLISECONDS);
      return tls;
    } catch (UnusableCertificate e) {
      throw new IllegalArgumentException("tls " + e.getMessage(), e);
    }
  }

  private Current make(Identity identity) throws UnusableCertificate {
    identity.checkHoldsAt(wall.instant());
    ReferenceCountedOpenSslServerContext context = context(identity);
    try {
      // Tickets hold the session: nothing of it is kept here.
      context.sessionContext().setSessionCacheEnabled(false);
      long day = ticketKeys.today();
      context.sessionContext().setTicketKeys(ticketKeys.of(day));
      return new Current(context, identity.expiresAtMs(), day);
    } catch (RuntimeException e) {
      context.release();
      throw e;
    }
  }

  private static ReferenceCountedOpenSslServerContext context(Identity identity)
      throws UnusableCertificate {
    try {
      return (ReferenceCountedOpenSslServerContext)
          SslContextBuilder.forServer(identity.key(), identity.chain())
              .sslProvider(SslProvider.OPENSSL_REFCNT)
              .protocols(VERSION)
              .build();
    } catch (SSLException e) {
      throw new UnusableCertificate("certificate: " + e.getMessage() + " (expected: X.509)", e);
    }
  }

  private void look() {
    try {
      newTicketKeys();
      newCertificate();
    } catch (RuntimeException e) {
      // Thrown on, it would end all looking.
      log.error("tls: looking after the certificate failed", e);
    }
  }

  private void newTicketKeys() {
    Current now = current.get();
    long day = ticketKeys.today();
    if (day != now.ticketDay()) {
      now.context().sessionContext().setTicketKeys(ticketKeys.of(day));
      current.set(new Current(now.context(), now.expiresAtMs(), day));
    }
  }

  private void newCertificate() {
    switch (files.look(this::take)) {
      case CertificateWatch.Look.Same _ -> {}
      case CertificateWatch.Look.Taken _ -> {
        metrics.certificateTaken();
        log.info("tls: certificate replaced, open connections keep the earlier one");
      }
      case CertificateWatch.Look.Refused(String why) -> {
        metrics.certificateRefused();
        log.warn("tls: the earlier certificate stays in use, this one is tried again: {}", why);
      }
    }
  }

  private void take(Identity identity) throws UnusableCertificate {
    Current old = current.getAndSet(make(identity));
    old.context().release();
  }

  private long expiresAtMs() {
    return current.get().expiresAtMs();
  }

  /** Puts TLS before what is in the pipeline. On the socket's event loop. */
  public void addTo(SocketChannel socket) {
    ChannelPipeline pipeline = socket.pipeline();
    SslHandler handler = newHandler(socket);
    // The first-frame limit, kept by the sweep, bounds handshakes: no timer per connection.
    handler.setHandshakeTimeoutMillis(0);
    pipeline.addLast(handler, handshakes);
  }

  private SslHandler newHandler(SocketChannel socket) {
    while (true) {
      ReferenceCountedOpenSslServerContext context = current.get().context();
      try {
        context.retain();
      } catch (IllegalReferenceCountException e) {
        // Replaced and released since it was taken above: another one is current now.
        continue;
      }
      try {
        return context.newHandler(socket.alloc());
      } finally {
        context.release();
      }
    }
  }

  /** Ends the watch; to be called when no event loop runs any more. */
  @Override
  public void close() {
    thread.shutdownNow();
    current.get().context().release();
  }
}
