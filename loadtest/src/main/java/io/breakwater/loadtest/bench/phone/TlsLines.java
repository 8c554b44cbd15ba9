package io.breakwater.loadtest.bench.phone;

import io.breakwater.loadtest.verdict.TrialFailure;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import javax.net.ssl.SSLException;

/**
 * TLS of phones, by BoringSSL, which costs the generator least. A ticket belongs to the phone that
 * got it, as with real phones, and is used once. Confined to the event loop.
 */
final class TlsLines implements AutoCloseable {
  private static final String VERSION = "TLSv1.3";

  /** A gateway gives two tickets a handshake, and all phones of a run shall find theirs again. */
  private static final int TICKETS = 50_000;

  private static final int TICKET_LIFE_S = 3_600;

  private final InetSocketAddress gateway;
  private final SslContext full;
  private final SslContext resuming;

  TlsLines(TlsPort port) {
    gateway = port.address();
    full = context(port.trusted());
    resuming = context(port.trusted());
    resuming.sessionContext().setSessionCacheSize(TICKETS);
    resuming.sessionContext().setSessionTimeout(TICKET_LIFE_S);
  }

  private static SslContext context(Path trusted) {
    try {
      return SslContextBuilder.forClient()
          .sslProvider(SslProvider.OPENSSL_REFCNT)
          .protocols(VERSION)
          .trustManager(trusted.toFile())
          // Tickets are kept by the name of the peer, which is that of the phone here.
          .endpointIdentificationAlgorithm("")
          .build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new TrialFailure(
          "cannot use the certificates in %s: %s (expected: PEM)".formatted(trusted, e), e);
    }
  }

  InetSocketAddress gateway() {
    return gateway;
  }

  /**
   * For one connection.
   *
   * @param resumes whether a ticket of this phone is used, if it has one
   * @param phone whose tickets they are
   */
  SslHandler handler(ByteBufAllocator allocator, boolean resumes, String phone) {
    return resumes
        ? resuming.newHandler(allocator, phone, gateway.getPort())
        // Without the name of a peer no ticket is kept.
        : full.newHandler(allocator);
  }

  @Override
  public void close() {
    ReferenceCountUtil.release(full);
    ReferenceCountUtil.release(resuming);
  }
}
