package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.breakwater.common.certificate.CertificateFiles;
import io.breakwater.proto.trunk.GatewayFrame;
import io.breakwater.trunk.TestAuthority;
import io.netty.handler.ssl.SslContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway whose trunks have TLS, and delivery nodes that show this and that. */
final class TrunkTlsTest {
  @TempDir Path directory;
  private TestAuthority authority;
  private CertificateFiles files;
  private GatewayFixture fixture;

  @BeforeEach
  void start() throws Exception {
    authority = new TestAuthority();
    files =
        authority
            .issue(TestAuthority.GATEWAY)
            .install(Files.createDirectories(directory.resolve("trunk")));
    fixture =
        new GatewayFixture(directory, settings(), authority.issue(TestAuthority.DELIVERY).server());
    awaitTrunks();
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("breakwater.gateway.trunk-tls.certificate", files.certificate().toString());
    settings.put("breakwater.gateway.trunk-tls.key", files.key().toString());
    settings.put("breakwater.gateway.trunk-tls.ca", files.authorities().orElseThrow().toString());
    settings.put("breakwater.gateway.trunk-tls.poll-ms", "10");
    return settings;
  }

  private void awaitTrunks() {
    await().until(() -> fixture.meter("trunks.open") == 2);
  }

  /** The node comes back, and shows this. */
  private void comesBackShowing(Optional<SslContext> shown) throws Exception {
    fixture.delivery.kill();
    await().until(() -> fixture.meter("trunks.open") == 0);
    fixture.delivery.shows(shown);
    fixture.delivery.restart();
  }

  private double refusals(String reason) {
    return fixture.counted("trunk.tls.refusals", "reason", reason);
  }

  private void assertNotReady(String why) {
    await()
        .untilAsserted(
            () ->
                assertThat(fixture.admin("/readyz"))
                    .startsWith("503 no delivery node can be reached: 127.0.0.1:")
                    .contains(why)
                    .hasLineCount(1));
    assertThat(fixture.meter("trunks.open")).isZero();
  }

  @Test
  void a_message_passes() throws Exception {
    try (TestClient client = fixture.connected(fixture.user(1))) {
      client.write(TestClient.send(fixture.user(2), 1, "hello"));
      assertThat(fixture.delivery.next(GatewayFrame.BodyCase.SEND).frame().hasSend()).isTrue();
    }
    await().until(() -> fixture.admin("/readyz").equals("200 ready"));
  }

  @Test
  void a_node_of_another_role_is_refused_and_the_gateway_says_why_it_is_not_ready()
      throws Exception {
    comesBackShowing(Optional.of(authority.issue(TestAuthority.GATEWAY).server()));

    assertNotReady("role: breakwater://gateway (expected: breakwater://delivery)");
    assertThat(refusals("role")).isPositive();

    comesBackShowing(Optional.of(authority.issue(TestAuthority.DELIVERY).server()));
    awaitTrunks();
  }

  @Test
  void a_node_of_another_authority_is_refused() throws Exception {
    comesBackShowing(
        Optional.of(
            new TestAuthority().issue(TestAuthority.DELIVERY).trusting(authority).server()));

    await().until(() -> refusals("certificate") > 0);
    assertNotReady("UNAVAILABLE");
  }

  @Test
  void a_node_without_tls_is_refused() throws Exception {
    comesBackShowing(Optional.empty());

    assertNotReady("not an SSL/TLS record");
    assertThat(refusals("handshake")).isPositive();
  }

  @Test
  void a_node_that_refuses_this_gateway_is_told_of() throws Exception {
    TestAuthority other = new TestAuthority();
    comesBackShowing(Optional.of(authority.issue(TestAuthority.DELIVERY).trusting(other).server()));

    await().until(() -> refusals("handshake") > 0);
    assertNotReady("UNAVAILABLE");
  }

  @Test
  void new_files_are_used_for_the_next_trunk() throws Exception {
    TestAuthority other = new TestAuthority();
    other.issue(TestAuthority.GATEWAY).install(directory.resolve("trunk"));
    await().until(() -> fixture.counted("trunk.tls.certificates", "result", "taken") >= 1);
    assertThat(fixture.meter("trunks.open")).isEqualTo(2);

    comesBackShowing(Optional.of(other.issue(TestAuthority.DELIVERY).server()));
    awaitTrunks();
  }

  @Test
  void does_not_start_with_a_certificate_of_another_role() throws Exception {
    authority.issue(TestAuthority.DELIVERY).install(directory.resolve("trunk"));
    assertThatThrownBy(
            () ->
                new GatewayFixture(
                    directory, settings(), authority.issue(TestAuthority.DELIVERY).server()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "trunk-tls certificate: role: breakwater://delivery (expected: breakwater://gateway)");
  }
}
