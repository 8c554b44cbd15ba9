package io.breakwater.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS 1.3 to the gateways. The name or address of the {@link Endpoint} must stand in the gateway's
 * certificate: the context's trust manager is asked to check that, always. Sessions are resumed as
 * long as this object is used. Safe for any thread.
 */
public final class Tls {
  private static final String VERSION = "TLSv1.3";
  private static final int HANDSHAKE_TIMEOUT_MS = 10_000;

  private final SSLContext context;

  private Tls(SSLContext context) {
    this.context = context;
  }

  /** Trusts what the Java platform trusts. */
  public static Tls trustingThePlatform() {
    try {
      return new Tls(SSLContext.getDefault());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform's trust store cannot be read", e);
    }
  }

  /**
   * Trusts these certificates alone, and what they have signed.
   *
   * @param pem certificates of authorities, or a self-signed one
   * @throws IllegalArgumentException if the file holds none
   * @throws IOException if it cannot be read
   */
  public static Tls trusting(Path pem) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(pem))) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw new IllegalArgumentException(
            "certificates: none in " + pem + " (expected: PEM, at least one)");
      }
      return new Tls(contextOf(certificates));
    } catch (CertificateException e) {
      throw new IllegalArgumentException("certificates: " + pem + " (expected: PEM, X.509)", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform has no TLS", e);
    }
  }

  /**
   * Whatever the application has set up: trust, keys of its own, providers. A trust manager of its
   * own must check the name too ({@code X509ExtendedTrustManager}): it is asked to, and nobody else
   * does.
   */
  public static Tls of(SSLContext context) {
    return new Tls(context);
  }

  private static SSLContext contextOf(Collection<? extends Certificate> certificates)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (Certificate certificate : certificates) {
      store.setCertificateEntry("trusted-" + store.size(), certificate);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** The handshake over a connected socket; waits for it. */
  Socket over(Socket socket, Endpoint endpoint) throws IOException {
    SSLSocket tls =
        (SSLSocket)
            context.getSocketFactory().createSocket(socket, endpoint.host(), endpoint.port(), true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setProtocols(new String[] {VERSION});
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    tls.setSSLParameters(parameters);
    tls.setSoTimeout(HANDSHAKE_TIMEOUT_MS);
    tls.startHandshake();
    tls.setSoTimeout(0);
    return tls;
  }
}
