package io.breakwater.trunk;

import io.breakwater.common.certificate.CertificateFiles;
import io.breakwater.common.certificate.CertificateWatch;
import io.breakwater.common.certificate.Identity;
import io.breakwater.common.certificate.UnusableCertificate;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS 1.3 of one end of the trunks: both ends show a certificate of an authority that the other one
 * trusts, and of the role that it expects. By BoringSSL, where that does not load by the JDK.
 *
 * <p>Certificate, key and authorities may be replaced while it is used. Handshakes that begin
 * afterwards use the new ones; connections that are open stay. Sessions are not resumed, so that
 * each connection shows its certificate ({@link WithoutTickets}, {@link ContextPerConnection}). Any
 * thread; one of its own looks at the files.
 */
public final class TrunkTls implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TrunkTls.class);
  private static final String VERSION = "TLSv1.3";

  private final Role own;
  private final CertificateWatch files;
  private final InstantSource wall;
  private final TrunkTlsMeters meters;
  private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager trust;
  private final SslContext context;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("trunk-tls").factory());
  private volatile long expiresAtMs;

  private interface ContextBuilder {
    SslContextBuilder begin(AdvancedTlsX509KeyManager keys);
  }

  private TrunkTls(
      Role own,
      Set<Role> peers,
      HostNames hostNames,
      CertificateFiles files,
      InstantSource wall,
      TrunkTlsMeters meters,
      SslProvider provider,
      ContextBuilder builder)
      throws UnusableCertificate {
    this.own = own;
    this.wall = wall;
    this.meters = meters;
    this.files = new CertificateWatch(files);
    try {
      trust =
          AdvancedTlsX509TrustManager.newBuilder()
              .setVerification(
                  switch (hostNames) {
                    case IGNORED -> Verification.CERTIFICATE_ONLY_VERIFICATION;
                    case CHECKED -> Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION;
                  })
              .setSslSocketAndEnginePeerVerifier(new PeerRole(peers))
              .build();
      take(this.files.first());
      context = build(builder.begin(keys).trustManager(trust), provider);
    } catch (IOException | GeneralSecurityException e) {
      throw unusable(e);
    }
    meters.certificateExpires(() -> (expiresAtMs - wall.millis()) / 1_000.0);
    var _ =
        thread.scheduleWithFixedDelay(
            this::look, files.pollMs(), files.pollMs(), TimeUnit.MILLISECONDS);
  }

  /** BoringSSL, where it loads. */
  private static SslProvider best() {
    if (OpenSsl.isAvailable()) {
      return SslProvider.OPENSSL_REFCNT;
    }
    log.warn(
        "trunk-tls: BoringSSL does not load, the JDK's TLS takes its place, at more cost per byte: {}",
        String.valueOf(OpenSsl.unavailabilityCause()));
    return SslProvider.JDK;
  }

  private static SslContext build(SslContextBuilder builder, SslProvider provider)
      throws IOException {
    builder.protocols(VERSION).sessionCacheSize(1).sessionTimeout(1);
    if (provider != SslProvider.JDK) {
      return new WithoutTickets(
          GrpcSslContexts.configure(builder, SslProvider.OPENSSL)
              .sslProvider(SslProvider.OPENSSL_REFCNT)
              .build());
    }
    return new ContextPerConnection(GrpcSslContexts.configure(builder, SslProvider.JDK));
  }

  /**
   * The gateways' end, which connects.
   *
   * @throws UnusableCertificate if the files cannot be used
   */
  public static TrunkTls ofGateway(
      CertificateFiles files, HostNames hostNames, InstantSource wall, TrunkTlsMeters meters)
      throws UnusableCertificate {
    return new TrunkTls(
        Role.GATEWAY,
        Set.of(Role.DELIVERY),
        hostNames,
        files,
        wall,
        meters,
        best(),
        keys -> SslContextBuilder.forClient().keyManager(keys));
  }

  /**
   * The end of a delivery node that connects to others of its kind. Whom it has reached it is told
   * by name; so hosts are not checked.
   *
   * @throws UnusableCertificate if the files cannot be used
   */
  public static TrunkTls ofRelay(CertificateFiles files, InstantSource wall, TrunkTlsMeters meters)
      throws UnusableCertificate {
    return new TrunkTls(
        Role.DELIVERY,
        Set.of(Role.DELIVERY),
        HostNames.IGNORED,
        files,
        wall,
        meters,
        best(),
        keys -> SslContextBuilder.forClient().keyManager(keys));
  }

  /**
   * The delivery nodes' end, which listens; who shows no certificate is refused. Which role a
   * service is for: {@link RoleCheck}.
   *
   * @throws UnusableCertificate if the files cannot be used
   */
  public static TrunkTls ofDelivery(
      CertificateFiles files, InstantSource wall, TrunkTlsMeters meters)
      throws UnusableCertificate {
    return ofDelivery(files, wall, meters, best());
  }

  static TrunkTls ofDelivery(
      CertificateFiles files, InstantSource wall, TrunkTlsMeters meters, SslProvider provider)
      throws UnusableCertificate {
    return new TrunkTls(
        Role.DELIVERY,
        EnumSet.of(Role.GATEWAY, Role.DELIVERY),
        HostNames.IGNORED,
        files,
        wall,
        meters,
        provider,
        keys -> SslContextBuilder.forServer(keys).clientAuth(ClientAuth.REQUIRE));
  }

  /** For a channel or a server of gRPC; the same one all the time. */
  public SslContext context() {
    return context;
  }

  /**
   * The same for plain sockets, both ends of them; by the JDK's TLS.
   *
   * @throws UnusableCertificate if the JDK has no TLS 1.3
   */
  public SSLContext sockets() throws UnusableCertificate {
    try {
      SSLContext sockets = SSLContext.getInstance(VERSION);
      sockets.init(new KeyManager[] {keys}, new TrustManager[] {trust}, null);
      return sockets;
    } catch (GeneralSecurityException e) {
      throw unusable(e);
    }
  }

  private void take(Identity identity) throws UnusableCertificate {
    identity.checkHoldsAt(wall.instant());
    if (!own.isCarriedBy(identity.own())) {
      throw new UnusableCertificate(
          "certificate: " + new WrongRole(identity.own(), Set.of(own)).getMessage());
    }
    try {
      trust.updateTrustCredentials(identity.authorities().toArray(X509Certificate[]::new));
      keys.updateIdentityCredentials(
          identity.chain().toArray(X509Certificate[]::new), identity.key());
    } catch (IOException | GeneralSecurityException e) {
      throw unusable(e);
    }
    expiresAtMs = identity.expiresAtMs();
  }

  private static UnusableCertificate unusable(Exception e) {
    return new UnusableCertificate("ca: " + e.getMessage() + " (expected: X.509)", e);
  }

  private void look() {
    try {
      switch (files.look(this::take)) {
        case CertificateWatch.Look.Same _ -> {}
        case CertificateWatch.Look.Taken _ -> {
          meters.certificateTaken();
          log.info("trunk-tls: certificate replaced, open trunks keep the earlier one");
        }
        case CertificateWatch.Look.Refused(String why) -> {
          meters.certificateRefused();
          log.warn(
              "trunk-tls: the earlier certificate stays in use, this one is tried again: {}", why);
        }
      }
    } catch (RuntimeException e) {
      // Thrown on, it would end all looking.
      log.error("trunk-tls: looking after the certificate failed", e);
    }
  }

  /** Ends the watch; to be called when no trunk is open or opened any more. */
  @Override
  public void close() {
    thread.shutdownNow();
    if (context instanceof WithoutTickets counted) {
      counted.release();
    }
  }
}
