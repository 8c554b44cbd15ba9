package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.Deliver;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import io.netty.pkitesting.CertificateBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS between a gateway and the platform's own clients. */
final class TlsTest {
  @TempDir Path directory;
  private TestCertificate certificate;
  private GatewayFixture fixture;

  @BeforeEach
  void start() throws Exception {
    certificate = TestCertificate.installed(directory, 1);
    fixture = new GatewayFixture(directory, certificate.settings());
    await().until(() -> fixture.delivery.streams().size() == 2);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  private TestClient connect() throws IOException {
    return new TestClient(certificate.connect(fixture.gateway.tlsPort()));
  }

  private void welcome(TestClient client) throws IOException {
    client.write(TestClient.hello(fixture.user(1)));
    assertThat(client.read().hasWelcome()).isTrue();
  }

  private double handshakes(String result) {
    return fixture.counted("tls.handshakes", "result", result);
  }

  @Test
  void welcomes_a_device() throws Exception {
    try (SSLSocket socket = certificate.connect(fixture.gateway.tlsPort())) {
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
      welcome(new TestClient(socket));
    }
    assertThat(handshakes("full")).isEqualTo(1);
    await().until(() -> fixture.meter("connections") == 0);
  }

  @Test
  void refuses_tls_1_2() throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.tlsPort());
    assertThatThrownBy(() -> certificate.handshake(socket, "TLSv1.2"))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("protocol_version");
    await().until(() -> handshakes("failed") == 1);
    await().until(() -> fixture.meter("connections") == 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1})
  void resumes_a_session_of_another_gateway_of_the_day_before_and_the_day_after(int days)
      throws Exception {
    assertThat(resumedElsewhere(days)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, 2})
  void does_not_resume_a_session_of_another_time(int days) throws Exception {
    assertThat(resumedElsewhere(days)).isFalse();
  }

  /** Whether a gateway whose calendar is so many days ahead resumes what this one began. */
  private boolean resumedElsewhere(int days) throws Exception {
    GatewayFixture other =
        new GatewayFixture(
            directory,
            certificate.settings(),
            ScriptedDelivery.SERVER_TIME_MS + TimeUnit.DAYS.toMillis(days));
    try {
      long began;
      try (SSLSocket socket = certificate.connect(fixture.gateway.tlsPort())) {
        welcome(new TestClient(socket));
        began = socket.getSession().getCreationTime();
      }
      try (SSLSocket socket = certificate.connect(other.gateway.tlsPort())) {
        TestClient client = new TestClient(socket);
        client.write(TestClient.hello(other.user(1)));
        assertThat(client.read().hasWelcome()).isTrue();
        boolean isResumed = other.counted("tls.handshakes", "result", "resumed") == 1;
        assertThat(other.counted("tls.handshakes", "result", "full")).isEqualTo(isResumed ? 0 : 1);
        // The client's own view: a session that was resumed is as old as its beginning.
        assertThat(socket.getSession().getCreationTime() == began).isEqualTo(isResumed);
        return isResumed;
      }
    } finally {
      other.close();
    }
  }

  @Test
  void takes_new_keys_for_tickets_when_the_day_changes() throws Exception {
    try (TestClient client = connect()) {
      welcome(client);
    }
    fixture.wallMs.addAndGet(TimeUnit.DAYS.toMillis(2));

    await()
        .untilAsserted(
            () -> {
              double before = handshakes("full");
              try (TestClient client = connect()) {
                welcome(client);
              }
              assertThat(handshakes("full")).isGreaterThan(before);
            });
    try (TestClient client = connect()) {
      welcome(client);
    }
    assertThat(handshakes("resumed")).isGreaterThanOrEqualTo(1);
  }

  @Test
  void takes_a_new_certificate_while_clients_are_connected() throws Exception {
    try (TestClient client = connect()) {
      welcome(client);
      TestCertificate second = TestCertificate.installed(directory, 2);

      await().until(() -> fixture.counted("tls.certificates", "result", "taken") >= 1);
      assertThat(second.shown(fixture.gateway.tlsPort())).isEqualTo(second.serial());
      assertThat(fixture.meter("tls.certificate.expires"))
          .isEqualTo((second.expiresAtMs() - ScriptedDelivery.SERVER_TIME_MS) / 1_000.0);
      client.write(TestClient.ping());
      assertThat(fixture.delivery.next(GatewayFrame.BodyCase.PING).frame().hasPing()).isTrue();
    }
  }

  @Test
  void keeps_the_certificate_when_the_new_one_is_broken() throws Exception {
    TestCertificate.replace(certificate.certificate, "no certificate");
    await().until(() -> fixture.counted("tls.certificates", "result", "refused") == 1);
    assertThat(certificate.shown(fixture.gateway.tlsPort())).isEqualTo(certificate.serial());

    Files.delete(certificate.key);
    await().until(() -> fixture.counted("tls.certificates", "result", "refused") == 2);
    assertThat(certificate.shown(fixture.gateway.tlsPort())).isEqualTo(certificate.serial());

    TestCertificate second = TestCertificate.installed(directory, 2);
    await().until(() -> fixture.counted("tls.certificates", "result", "taken") == 1);
    assertThat(second.shown(fixture.gateway.tlsPort())).isEqualTo(second.serial());
  }

  private static final Instant NOW = Instant.ofEpochMilli(ScriptedDelivery.SERVER_TIME_MS);
  private static final Instant FAR = Instant.parse("2099-01-01T00:00:00Z");

  private double certificates(String result) {
    return fixture.counted("tls.certificates", "result", result);
  }

  @Test
  void keeps_the_certificate_when_the_new_one_has_expired() throws Exception {
    TestCertificate.holding(directory, 2, NOW.minusSeconds(20), NOW.minusSeconds(10)).install();
    await().until(() -> certificates("refused") >= 1);
    assertThat(certificates("taken")).isZero();
    assertThat(certificate.shown(fixture.gateway.tlsPort())).isEqualTo(certificate.serial());
  }

  @Test
  void takes_a_certificate_that_does_not_hold_yet_as_soon_as_it_does() throws Exception {
    TestCertificate second = TestCertificate.holding(directory, 2, NOW.plusSeconds(10), FAR);
    second.install();
    await().until(() -> certificates("refused") >= 1);
    assertThat(certificates("taken")).isZero();
    assertThat(certificate.shown(fixture.gateway.tlsPort())).isEqualTo(certificate.serial());

    fixture.wallMs.addAndGet(10_000);
    await().until(() -> certificates("taken") == 1);
    assertThat(second.shown(fixture.gateway.tlsPort())).isEqualTo(second.serial());
  }

  @Test
  void does_not_start_with_a_certificate_of_another_time() throws Exception {
    TestCertificate expired =
        TestCertificate.holding(directory, 2, NOW.minusSeconds(20), NOW.minusSeconds(10));
    expired.install();
    assertRefusedAtStart(
        expired,
        "tls certificate: holds from 2023-11-14T22:13:00Z until 2023-11-14T22:13:10Z (expected: at"
            + " 2023-11-14T22:13:20Z)");
    TestCertificate later = TestCertificate.holding(directory, 2, NOW.plusSeconds(10), FAR);
    later.install();
    assertRefusedAtStart(later, "tls certificate: holds from 2023-11-14T22:13:30Z until 2099");
  }

  @Test
  void does_not_start_with_a_key_of_another_certificate() throws Exception {
    String key = Files.readString(certificate.key);
    TestCertificate second = TestCertificate.installed(directory, 2);
    Files.writeString(second.key, key);
    assertRefusedAtStart(second, "tls key: of another certificate");
  }

  @Test
  void does_not_start_with_an_rsa_certificate() throws Exception {
    TestCertificate rsa = TestCertificate.make(directory, 2, CertificateBuilder.Algorithm.rsa2048);
    rsa.install();
    assertRefusedAtStart(rsa, "tls key: not of an elliptic curve (expected: ECDSA P-256)");
  }

  @Test
  void does_not_start_without_the_files() throws Exception {
    Files.delete(certificate.certificate);
    assertRefusedAtStart(
        certificate,
        "tls certificate: " + certificate.certificate + " (expected: a readable file)");
  }

  private void assertRefusedAtStart(TestCertificate unusable, String message) {
    assertThatThrownBy(() -> new GatewayFixture(directory, unusable.settings()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void listens_with_tls_alone_if_it_is_told_to() throws Exception {
    Map<String, String> settings = new HashMap<>(certificate.settings());
    settings.put("breakwater.gateway.plain", "false");
    GatewayFixture other = new GatewayFixture(directory, settings);
    try {
      assertThatThrownBy(other::connect).isInstanceOf(NoSuchElementException.class);
      certificate.connect(other.gateway.tlsPort()).close();
    } finally {
      other.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "16", "16030100", "160301020001000"})
  void closes_a_handshake_that_is_not_finished_in_time(String begun) throws Exception {
    try (TestClient client =
        new TestClient(new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.tlsPort()))) {
      client.writeRaw(HexFormat.of().parseHex(begun.length() % 2 == 0 ? begun : begun + '0'));
      await().until(() -> fixture.meter("connections") == 1);
      fixture.nowMs.addAndGet(8_000);

      assertThat(client.isEnded()).isTrue();
    }
    await().until(() -> fixture.meter("connections") == 0);
    assertThat(fixture.refusals("timed_out")).isEqualTo(1);
  }

  @Test
  void closes_what_is_no_tls() throws Exception {
    try (TestClient client =
        new TestClient(new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.tlsPort()))) {
      client.write(TestClient.hello(fixture.user(1)));
      await().until(() -> handshakes("failed") == 1);
      await().until(() -> fixture.meter("connections") == 0);
    }
  }

  @Test
  void tells_a_client_the_end_so_that_it_is_no_cut() throws Exception {
    try (TestClient client = connect()) {
      client.writeLength(4_097);
      assertThat(client.read().getError().getReason()).isEqualTo(Reason.MALFORMED);
      // A cut stream would be an exception of the client's TLS.
      assertThat(client.isEnded()).isTrue();
    }
  }

  @Test
  void reads_a_client_whose_bytes_come_one_by_one() throws Exception {
    try (TestClient client =
        new TestClient(
            certificate.handshake(new DrippingSocket(fixture.gateway.tlsPort()), "TLSv1.3"))) {
      welcome(client);
    }
  }

  @Test
  void closes_a_client_that_does_not_read() throws Exception {
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4_096);
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), fixture.gateway.tlsPort()));
      TestClient client = new TestClient(certificate.handshake(socket, "TLSv1.3"));
      welcome(client);
      ScriptedDelivery.Arrival attach = fixture.delivery.next(GatewayFrame.BodyCase.ATTACH);
      ServerFrame large =
          ServerFrame.newBuilder()
              .setDeliver(
                  Deliver.newBuilder()
                      .addEntries(
                          Entry.newBuilder()
                              .setMessage(
                                  Message.newBuilder()
                                      .setPayload(ByteString.copyFrom(new byte[65_536])))))
              .build();
      for (int i = 0; i < 256; i++) {
        attach.stream().relay(attach.frame().getConnection(), large);
      }
      fixture.delivery.next(GatewayFrame.BodyCase.DETACH);
      assertThat(fixture.meter("slow.consumers")).isEqualTo(1);
      assertThat(fixture.meter("connections")).isEqualTo(0);
    }
  }
}
