package io.breakwater.trunk;

import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import javax.net.ssl.SSLEngine;

/**
 * Never resumes a session: a resumed one shows no certificate, so that one which is refused by now
 * would pass. Netty allows tickets of TLS 1.3 for each engine that it makes, whatever the options
 * of its context and the timeout of sessions say, so that they are forbidden for each engine.
 */
final class WithoutTickets extends DelegatingSslContext {
  private final SslContext context;

  /**
   * @param context of BoringSSL
   */
  WithoutTickets(SslContext context) {
    super(context);
    this.context = context;
  }

  @Override
  protected void initEngine(SSLEngine engine) {
    if (engine instanceof ReferenceCountedOpenSslEngine openSsl) {
      SSL.setOptions(openSsl.sslPointer(), SSL.SSL_OP_NO_TICKET);
    }
  }

  /** Lets the context go. */
  void release() {
    ReferenceCountUtil.release(context);
  }
}
