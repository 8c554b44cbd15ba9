package io.breakwater.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.breakwater.common.certificate.CertificateFiles;
import io.breakwater.common.certificate.UnusableCertificate;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both ends of a trunk, each against its right peer and against wrong ones. */
final class TrunkTlsTest {
  @TempDir private Path directory = Path.of("");
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final TestClock clock = new TestClock();
  private final TestAuthority authority;
  private final TestAuthority foreign;
  private TestAuthority.Issued shown;
  private TrunkTls gateway;
  private TrunkTls delivery;
  private EchoServer server;

  TrunkTlsTest() throws Exception {
    authority = new TestAuthority();
    foreign = new TestAuthority();
  }

  /** A wall clock that can be put forward, can fail, and knows how often it was asked. */
  private static final class TestClock implements InstantSource {
    private final AtomicLong asked = new AtomicLong();
    private final AtomicBoolean isBroken = new AtomicBoolean();
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    @Override
    public Instant instant() {
      asked.incrementAndGet();
      if (isBroken.get()) {
        throw new IllegalStateException("broken by the test");
      }
      return Instant.now().plus(ahead.get());
    }

    /** As many looks at files that are not in use. */
    void awaitAsked(int times) {
      long enough = asked.get() + times;
      await().until(() -> asked.get() >= enough);
    }
  }

  @BeforeEach
  void start() throws Exception {
    gateway = gateway(authority.issue(TestAuthority.GATEWAY), HostNames.IGNORED);
    shown = authority.issue(TestAuthority.DELIVERY);
    delivery = delivery(shown);
    server = new EchoServer(delivery.context());
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    gateway.close();
    delivery.close();
  }

  private TrunkTls gateway(TestAuthority.Issued shown, HostNames hostNames) throws Exception {
    return TrunkTls.ofGateway(
        shown.install(Files.createDirectories(directory.resolve("gateway"))),
        hostNames,
        InstantSource.system(),
        new TrunkTlsMeters(registry, "gateway"));
  }

  private TrunkTls delivery(TestAuthority.Issued shown) throws Exception {
    return TrunkTls.ofDelivery(
        shown.install(Files.createDirectories(directory.resolve("delivery"))),
        clock,
        new TrunkTlsMeters(registry, "delivery"));
  }

  @Test
  void the_right_roles_talk_to_each_other() throws Exception {
    assertThat(server.ask(gateway.context(), "hello")).isEqualTo("hello");
  }

  @Test
  void boringssl_does_the_work() {
    assertThat(OpenSsl.isAvailable()).isTrue();
    assertThat(isOfBoringSsl(gateway)).isTrue();
    assertThat(isOfBoringSsl(delivery)).isTrue();
  }

  private static boolean isOfBoringSsl(TrunkTls end) {
    SSLEngine engine = end.context().newEngine(ByteBufAllocator.DEFAULT);
    ReferenceCountUtil.release(engine);
    return engine instanceof ReferenceCountedOpenSslEngine;
  }

  /** The delivery node's end refuses; the client would go on. */
  private void assertRefused(SslContext client) {
    assertThatThrownBy(() -> server.ask(client, "hello"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
              assertThat(Refusal.of(e)).isNotEqualTo(Optional.of(Refusal.CERTIFICATE));
            });
  }

  @Test
  void a_delivery_node_refuses_whoever_shows_no_certificate() throws Exception {
    assertRefused(authority.clientWithoutCertificate());
  }

  @Test
  void a_delivery_node_refuses_another_authoritys_certificate() throws Exception {
    assertRefused(foreign.issue(TestAuthority.GATEWAY).trusting(authority).client());
  }

  @Test
  void a_delivery_node_refuses_who_is_neither_gateway_nor_delivery_node() throws Exception {
    assertRefused(authority.issue().client());
    assertRefused(authority.issue("breakwater://gateways", "spiffe://gateway").client());
  }

  @Test
  void a_delivery_node_refuses_an_expired_certificate() throws Exception {
    assertRefused(authority.issueExpired(TestAuthority.GATEWAY).client());
  }

  @Test
  void a_delivery_node_refuses_plain_text() {
    assertThatThrownBy(() -> server.askPlainly("hello"))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
  }

  @Test
  void a_certificate_may_carry_several_roles() throws Exception {
    SslContext both = authority.issue(TestAuthority.DELIVERY, TestAuthority.GATEWAY).client();
    assertThat(server.ask(both, "hello")).isEqualTo("hello");
  }

  /** The gateway's end refuses a server. */
  private void assertGatewayRefuses(SslContext shown, Refusal refusal, String why)
      throws Exception {
    try (EchoServer wrong = new EchoServer(shown)) {
      assertThatThrownBy(() -> wrong.ask(gateway.context(), "hello"))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> {
                assertThat(Refusal.of(e)).contains(refusal);
                assertThat(Refusal.describe(e)).contains(why);
              });
    }
  }

  @Test
  void a_gateway_refuses_another_role_and_names_both() throws Exception {
    assertGatewayRefuses(
        authority.issue(TestAuthority.GATEWAY).server(),
        Refusal.ROLE,
        "role: breakwater://gateway (expected: breakwater://delivery), certificate of CN=node");
    assertGatewayRefuses(
        authority.issue().server(), Refusal.ROLE, "role: none (expected: breakwater://delivery)");
  }

  @Test
  void a_gateway_refuses_another_authoritys_certificate() throws Exception {
    assertGatewayRefuses(
        foreign.issue(TestAuthority.DELIVERY).trusting(authority).server(),
        Refusal.CERTIFICATE,
        "");
  }

  @Test
  void a_gateway_refuses_an_expired_certificate() throws Exception {
    assertGatewayRefuses(
        authority.issueExpired(TestAuthority.DELIVERY).server(), Refusal.CERTIFICATE, "NotAfter");
  }

  @Test
  void a_gateway_checks_the_host_name_only_if_it_is_told_to() throws Exception {
    SslContext elsewhere = authority.issueForHost("elsewhere", TestAuthority.DELIVERY).server();
    try (EchoServer other = new EchoServer(elsewhere)) {
      assertThat(other.ask(gateway.context(), "hello")).isEqualTo("hello");

      gateway.close();
      gateway = gateway(authority.issue(TestAuthority.GATEWAY), HostNames.CHECKED);
      assertThat(server.ask(gateway.context(), "hello")).isEqualTo("hello");
      assertThatThrownBy(() -> other.ask(gateway.context(), "hello"))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(Refusal.of(e)).contains(Refusal.CERTIFICATE));
    }
  }

  @Test
  void new_files_are_taken_without_a_restart() throws Exception {
    delivery(foreign.issue(TestAuthority.DELIVERY)).close();
    await().until(() -> certificates("delivery", "taken") >= 1);
    assertThatThrownBy(() -> server.ask(gateway.context(), "hello"))
        .isInstanceOf(StatusRuntimeException.class);

    gateway(foreign.issue(TestAuthority.GATEWAY), HostNames.IGNORED).close();
    await()
        .untilAsserted(() -> assertThat(server.ask(gateway.context(), "hello")).isEqualTo("hello"));
  }

  @Test
  void a_replaced_authority_ends_the_trust_in_who_was_trusted_before() throws Exception {
    assertTrustEnds(authority.issue(TestAuthority.GATEWAY).client());
  }

  @Test
  void it_does_so_too_where_boringssl_does_not_load() throws Exception {
    server.close();
    delivery.close();
    delivery =
        TrunkTls.ofDelivery(
            shown.install(directory.resolve("delivery")),
            clock,
            new TrunkTlsMeters(registry, "delivery"),
            SslProvider.JDK);
    server = new EchoServer(delivery.context());
    assertThat(isOfBoringSsl(delivery)).isFalse();
    assertTrustEnds(authority.issue(TestAuthority.GATEWAY).clientOfJdk());
  }

  private void assertTrustEnds(SslContext earlier) throws Exception {
    SslContext fresh = authority.issue(TestAuthority.GATEWAY).client();
    double taken = certificates("delivery", "taken");
    assertThat(server.ask(earlier, "hello")).isEqualTo("hello");
    assertThat(server.ask(earlier, "hello")).isEqualTo("hello");

    // The certificate stays: the JDK resumes nothing once it shows another one.
    shown.trusting(foreign).install(directory.resolve("delivery"));
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> certificates("delivery", "taken") > taken);
    // Not by a session that is resumed either: at once, since one may be good for a second.
    assertThatThrownBy(() -> server.ask(earlier, "hello"))
        .isInstanceOf(StatusRuntimeException.class);
    assertThatThrownBy(() -> server.ask(fresh, "hello")).isInstanceOf(StatusRuntimeException.class);
  }

  @Test
  void files_that_cannot_be_used_leave_the_earlier_certificate_in_use() throws Exception {
    Path certificates = directory.resolve("delivery");
    authority.issue(TestAuthority.GATEWAY).install(certificates);
    await().until(() -> certificates("delivery", "refused") >= 1);
    assertThat(server.ask(gateway.context(), "hello")).isEqualTo("hello");

    double refused = certificates("delivery", "refused");
    authority.issueExpired(TestAuthority.DELIVERY).install(certificates);
    await().until(() -> certificates("delivery", "refused") > refused);
    assertThat(server.ask(gateway.context(), "hello")).isEqualTo("hello");
  }

  @Test
  void a_certificate_that_holds_from_later_on_is_taken_then_and_refused_once_before()
      throws Exception {
    foreign
        .issueFrom(Instant.now().plus(Duration.ofHours(1)), TestAuthority.DELIVERY)
        .trusting(authority)
        .install(directory.resolve("delivery"));
    await().until(() -> certificates("delivery", "refused") >= 1);
    double refused = certificates("delivery", "refused");
    clock.awaitAsked(5);
    assertThat(certificates("delivery", "refused")).isEqualTo(refused);
    assertThat(certificates("delivery", "taken")).isZero();
    assertThat(server.ask(gateway.context(), "hello")).isEqualTo("hello");

    clock.ahead.set(Duration.ofHours(2));
    await().until(() -> certificates("delivery", "taken") == 1);
    assertThatThrownBy(() -> server.ask(gateway.context(), "hello"))
        .isInstanceOf(StatusRuntimeException.class);
  }

  @Test
  void a_failure_that_passes_does_not_keep_new_files_out() throws Exception {
    clock.isBroken.set(true);
    foreign.issue(TestAuthority.DELIVERY).install(directory.resolve("delivery"));
    clock.awaitAsked(3);
    assertThat(certificates("delivery", "taken")).isZero();

    clock.isBroken.set(false);
    await().until(() -> certificates("delivery", "taken") == 1);
  }

  private double certificates(String server, String result) {
    return registry
        .get("breakwater." + server + ".trunk.tls.certificates")
        .tag("result", result)
        .counter()
        .count();
  }

  @Test
  void files_that_cannot_be_used_are_named_at_the_start() throws Exception {
    assertUnusable(
        authority.issueExpired(TestAuthority.DELIVERY).install(directory),
        "certificate: holds from 2020-01-01T00:00:00Z until ");
    assertUnusable(
        authority.issue(TestAuthority.GATEWAY).install(directory),
        "certificate: role: breakwater://gateway (expected: breakwater://delivery)");

    CertificateFiles files = authority.issue(TestAuthority.DELIVERY).install(directory);
    Files.writeString(
        files.key(), authority.issue(TestAuthority.DELIVERY).own().getPrivateKeyPEM());
    assertUnusable(files, "key: of another certificate (expected: that of the first one)");

    authority.issue(TestAuthority.DELIVERY).install(directory);
    Files.writeString(files.authorities().orElseThrow(), "nothing");
    assertUnusable(files, "ca: ");
    Files.delete(files.authorities().orElseThrow());
    assertUnusable(
        files, "ca: " + files.authorities().orElseThrow() + " (expected: a readable file)");
  }

  private void assertUnusable(CertificateFiles files, String why) {
    assertThatThrownBy(
            () ->
                TrunkTls.ofDelivery(
                    files, InstantSource.system(), new TrunkTlsMeters(registry, "delivery")))
        .isInstanceOf(UnusableCertificate.class)
        .hasMessageStartingWith(why);
  }
}
