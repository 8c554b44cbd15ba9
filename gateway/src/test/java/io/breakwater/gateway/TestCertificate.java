package io.breakwater.gateway;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** A certificate of this test's own, in files for the gateway; and clients that trust it. */
final class TestCertificate {
  private static final String HOST = InetAddress.getLoopbackAddress().getHostAddress();

  /** Before the clocks that tests make up. */
  private static final Instant EARLY = Instant.parse("2020-01-01T00:00:00Z");

  private static final Instant LATE = Instant.parse("2099-01-01T00:00:00Z");

  final Path certificate;
  final Path key;
  private final X509Bundle bundle;
  private final SSLContext clients;

  private TestCertificate(Path directory, X509Bundle bundle) throws Exception {
    certificate = directory.resolve("tls.crt");
    key = directory.resolve("tls.key");
    this.bundle = bundle;
    clients = SSLContext.getInstance("TLS");
    clients.init(null, new TrustManager[] {bundle.toTrustManager()}, null);
  }

  /** Not yet in the files. */
  static TestCertificate make(Path directory, long serial, CertificateBuilder.Algorithm algorithm)
      throws Exception {
    return make(directory, serial, algorithm, EARLY, LATE.plus(Duration.ofDays(serial)));
  }

  /** Not yet in the files; holds in this time alone. */
  static TestCertificate holding(Path directory, long serial, Instant from, Instant until)
      throws Exception {
    return make(directory, serial, CertificateBuilder.Algorithm.ecp256, from, until);
  }

  private static TestCertificate make(
      Path directory,
      long serial,
      CertificateBuilder.Algorithm algorithm,
      Instant from,
      Instant until)
      throws Exception {
    return new TestCertificate(
        directory,
        new CertificateBuilder()
            .notBefore(from)
            .notAfter(until)
            .subject("CN=localhost")
            .serial(BigInteger.valueOf(serial))
            .addSanDnsName("localhost")
            .addSanIpAddress(HOST)
            .setIsCertificateAuthority(true)
            .algorithm(algorithm)
            .buildSelfSigned());
  }

  static TestCertificate installed(Path directory, long serial) throws Exception {
    TestCertificate made = make(directory, serial, CertificateBuilder.Algorithm.ecp256);
    made.install();
    return made;
  }

  void install() throws IOException {
    replace(certificate, bundle.getCertificatePathPEM());
    replace(key, bundle.getPrivateKeyPEM());
  }

  /** At once, so that nobody reads a half. */
  static void replace(Path file, String content) throws IOException {
    Path written = Files.writeString(file.resolveSibling("new"), content);
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** For {@link GatewayFixture}. */
  Map<String, String> settings() {
    return Map.of(
        "breakwater.gateway.tls.certificate",
        certificate.toString(),
        "breakwater.gateway.tls.key",
        key.toString(),
        "breakwater.gateway.tls.poll-ms",
        "10",
        "breakwater.gateway.listen-tls",
        HOST + ":0");
  }

  /** What clients trust. */
  SSLContext clients() {
    return clients;
  }

  BigInteger serial() {
    return bundle.getCertificate().getSerialNumber();
  }

  long expiresAtMs() {
    return bundle.getCertificate().getNotAfter().toInstant().toEpochMilli();
  }

  /** A client that trusts this certificate and checks the name; the handshake is done. */
  SSLSocket connect(int port) throws IOException {
    return handshake(new BehindBalancer(port), "TLSv1.3");
  }

  /** The handshake over a socket that is connected. */
  SSLSocket handshake(Socket socket, String version) throws IOException {
    try {
      SSLSocket tls =
          (SSLSocket)
              clients.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setProtocols(new String[] {version});
      tls.setSSLParameters(parameters);
      tls.setSoTimeout(10_000);
      tls.startHandshake();
      return tls;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** All gateways have one address, so that the client offers its session to each. */
  private static final class BehindBalancer extends Socket {
    BehindBalancer(int port) throws IOException {
      super(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public int getPort() {
      return 7402;
    }
  }

  /** The serial number that the gateway shows. */
  BigInteger shown(int port) throws IOException, GeneralSecurityException {
    try (SSLSocket tls = connect(port)) {
      return ((X509Certificate) tls.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }
}
