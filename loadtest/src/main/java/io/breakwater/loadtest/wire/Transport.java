package io.breakwater.loadtest.wire;

import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * How frames get to a gateway on this machine: by TCP or by WebSocket, each with or without TLS.
 *
 * @param tls whom it trusts; none: no TLS
 */
record Transport(int port, Optional<SSLContext> tls, Framing framing) {
  private static final String HOST = "127.0.0.1";
  private static final int CONNECT_TIMEOUT_MS = 10_000;

  static Transport tcp(int port) {
    return new Transport(port, Optional.empty(), Framing.TCP);
  }

  /**
   * The same with TLS.
   *
   * @param trusted PEM: the gateway's certificate, or that of its authority
   */
  static Transport tls(int port, Path trusted) {
    return new Transport(port, Optional.of(trusting(trusted)), Framing.TCP);
  }

  /** Through the same port. */
  Transport asWebSocket() {
    return new Transport(port, tls, Framing.WEB_SOCKET);
  }

  private static SSLContext trusting(Path pem) {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "gateway", CertificateFactory.getInstance("X.509").generateCertificate(in));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new TrialFailure(
          "cannot use the certificate in %s: %s (expected: PEM)".formatted(pem, e), e);
    }
  }

  /**
   * Connects it; waits for the handshake if there is one.
   *
   * @return what is read from and written to
   */
  Socket connect(Socket socket) {
    try {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(HOST), port), CONNECT_TIMEOUT_MS);
      return tls.isPresent() ? secured(socket, tls.get()) : socket;
    } catch (IOException e) {
      throw new TrialFailure("cannot connect to port " + port + ": " + e.getMessage(), e);
    }
  }

  private Socket secured(Socket socket, SSLContext context) throws IOException {
    SSLSocket secured =
        (SSLSocket) context.getSocketFactory().createSocket(socket, HOST, port, true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.setSoTimeout(CONNECT_TIMEOUT_MS);
    secured.startHandshake();
    secured.setSoTimeout(0);
    return secured;
  }

  @Override
  public String toString() {
    return framing + (tls.isPresent() ? " with TLS" : "");
  }
}
