package io.breakwater.trunk;

import io.breakwater.common.certificate.CertificateFiles;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** An authority of a test's own, and the certificates that it issues. */
public final class TestAuthority {
  public static final String GATEWAY = "breakwater://gateway";
  public static final String DELIVERY = "breakwater://delivery";
  private static final int POLL_MS = 10;

  /** Before the clocks that tests make up. */
  private static final Instant EARLY = Instant.parse("2020-01-01T00:00:00Z");

  private static final Instant LATE = Instant.parse("2099-01-01T00:00:00Z");

  private final X509Bundle authority;

  public TestAuthority() throws Exception {
    authority =
        new CertificateBuilder()
            .subject("CN=authority")
            .setIsCertificateAuthority(true)
            .notBefore(EARLY)
            .notAfter(LATE)
            .buildSelfSigned();
  }

  /** A certificate with these URIs, for this host. */
  public Issued issue(String... uris) throws Exception {
    return issue(forThisHost().notAfter(LATE), uris);
  }

  /** It was good until yesterday. */
  public Issued issueExpired(String... uris) throws Exception {
    return issue(forThisHost().notAfter(Instant.now().minus(Duration.ofDays(1))), uris);
  }

  /** It is good from then on. */
  public Issued issueFrom(Instant from, String... uris) throws Exception {
    return issue(forThisHost().notAfter(LATE), from, uris);
  }

  /** A certificate for another host. */
  public Issued issueForHost(String name, String... uris) throws Exception {
    return issue(new CertificateBuilder().addSanDnsName(name).notAfter(LATE), uris);
  }

  private static CertificateBuilder forThisHost() {
    return new CertificateBuilder().addSanDnsName("localhost").addSanIpAddress("127.0.0.1");
  }

  private Issued issue(CertificateBuilder builder, String... uris) throws Exception {
    return issue(builder, EARLY, uris);
  }

  private Issued issue(CertificateBuilder builder, Instant from, String... uris) throws Exception {
    builder.subject("CN=node").notBefore(from);
    for (String uri : uris) {
      builder.addSanUriName(uri);
    }
    return new Issued(builder.buildIssuedBy(authority), authority);
  }

  /** A client that trusts this authority and shows nothing. */
  public SslContext clientWithoutCertificate() throws SSLException {
    return GrpcSslContexts.forClient().trustManager(authority.getCertificate()).build();
  }

  /** A certificate with its key, of somebody who trusts the authority that issued it. */
  public record Issued(X509Bundle own, X509Bundle authority) {
    /** The same, of somebody who trusts another authority. */
    public Issued trusting(TestAuthority other) {
      return new Issued(own, other.authority);
    }

    /** Puts it into files, each at once, so that nobody reads a half. */
    public CertificateFiles install(Path directory) throws IOException {
      CertificateFiles files =
          new CertificateFiles(
              directory.resolve("trunk.crt"),
              directory.resolve("trunk.key"),
              Optional.of(directory.resolve("ca.crt")),
              POLL_MS);
      replace(files.authorities().orElseThrow(), authority.getCertificatePEM());
      replace(files.certificate(), own.getCertificatePathPEM());
      replace(files.key(), own.getPrivateKeyPEM());
      return files;
    }

    private static void replace(Path file, String content) throws IOException {
      Path written = Files.writeString(file.resolveSibling("new"), content);
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A server that shows it, and asks for a certificate and nothing of its role. */
    public SslContext server() throws SSLException {
      return GrpcSslContexts.configure(
              SslContextBuilder.forServer(own.getKeyPair().getPrivate(), own.getCertificatePath()))
          .trustManager(authority.getCertificate())
          .clientAuth(ClientAuth.REQUIRE)
          .build();
    }

    /** A client that shows it, and does not look at the server's role. */
    public SslContext client() throws SSLException {
      return client(GrpcSslContexts.forClient());
    }

    /** The same by the JDK's TLS, which resumes sessions wherever it can. */
    SslContext clientOfJdk() throws SSLException {
      return client(GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK));
    }

    private SslContext client(SslContextBuilder builder) throws SSLException {
      return builder
          .keyManager(own.getKeyPair().getPrivate(), own.getCertificatePath())
          .trustManager(authority.getCertificate())
          .build();
    }
  }
}
