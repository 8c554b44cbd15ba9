package io.breakwater.trunk;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSessionContext;

/**
 * Never resumes a session of the JDK's TLS: its tickets cannot be forbidden for one context, and a
 * short timeout leaves them good for as long. But only the context that made a ticket can read it,
 * so that each connection gets one of its own. That costs about a millisecond; trunks live for
 * days.
 */
final class ContextPerConnection extends SslContext {
  private final SslContextBuilder builder;

  /** Answers what is the same for all. */
  private final SslContext first;

  /**
   * @param builder of the JDK's TLS; belongs to this from now on
   */
  ContextPerConnection(SslContextBuilder builder) throws SSLException {
    this.builder = builder;
    this.first = builder.build();
  }

  private SslContext next() {
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalStateException("a context that could be built before cannot be built", e);
    }
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator) {
    return next().newEngine(allocator);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, String peerHost, int peerPort) {
    return next().newEngine(allocator, peerHost, peerPort);
  }

  @Override
  public boolean isClient() {
    return first.isClient();
  }

  @Override
  public List<String> cipherSuites() {
    return first.cipherSuites();
  }

  @Override
  @SuppressWarnings("deprecation") // Abstract there, and asked for by gRPC.
  public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return first.applicationProtocolNegotiator();
  }

  @Override
  public SSLSessionContext sessionContext() {
    return first.sessionContext();
  }
}
