package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.breakwater.client.BreakwaterClient;
import io.breakwater.client.ClientConfig;
import io.breakwater.client.Endpoint;
import io.breakwater.client.Listener;
import io.breakwater.client.Tls;
import io.breakwater.client.core.Credentials;
import io.breakwater.client.core.Event;
import io.breakwater.client.core.ReceivedMessage;
import io.breakwater.client.core.UserId;
import io.breakwater.client.store.MemoryDeviceStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client library and a gateway, with TLS between them. */
final class ClientTlsTest {
  private static final String HOST = "127.0.0.1";

  /** Also of this machine, but no certificate of these tests has it. */
  private static final String OTHER_HOST = "127.0.0.2";

  @TempDir Path directory;
  private TestCertificate certificate;
  private GatewayFixture fixture;
  private final Heard heard = new Heard();

  private static final class Heard implements Listener {
    final List<Event> events = new CopyOnWriteArrayList<>();

    @Override
    public void onMessage(ReceivedMessage message) {}

    @Override
    public void onEvent(Event event) {
      events.add(event);
    }
  }

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

  private BreakwaterClient open(GatewayFixture gateway, String host, Tls tls) {
    io.breakwater.common.secret.Credentials user = gateway.user(1);
    return BreakwaterClient.open(
        ClientConfig.connectingTo(new Endpoint(host, gateway.gateway.tlsPort())).withTls(tls),
        new Credentials(
            UserId.of(ByteString.copyFrom(user.user().bytes())),
            user.device().value(),
            ByteString.copyFrom(user.token().bytes())),
        new MemoryDeviceStore(),
        heard);
  }

  private void awaitDetached(String why) {
    await()
        .until(
            () ->
                heard.events.stream()
                    .anyMatch(
                        event ->
                            event instanceof Event.Detached detached
                                && detached.why().contains(why)));
    assertThat(heard.events).doesNotHaveAnyElementsOfTypes(Event.Attached.class);
  }

  @Test
  void attaches_and_resumes_its_session_when_it_comes_back() throws Exception {
    Tls tls = Tls.trusting(certificate.certificate);
    for (int time = 1; time <= 2; time++) {
      int attached = time;
      try (BreakwaterClient client = open(fixture, HOST, tls)) {
        assertThat(client).isNotNull();
        await()
            .until(
                () ->
                    heard.events.stream().filter(Event.Attached.class::isInstance).count()
                        == attached);
      }
      await().until(() -> fixture.meter("connections") == 0);
    }
    assertThat(fixture.counted("tls.handshakes", "result", "full")).isEqualTo(1);
    assertThat(fixture.counted("tls.handshakes", "result", "resumed")).isEqualTo(1);
  }

  @Test
  void does_not_talk_to_a_gateway_that_it_does_not_trust() throws Exception {
    try (BreakwaterClient client = open(fixture, HOST, Tls.trustingThePlatform())) {
      assertThat(client).isNotNull();
      awaitDetached("unable to find valid certification path");
    }
  }

  @Test
  void does_not_talk_to_a_gateway_of_another_name() throws Exception {
    Map<String, String> settings = new HashMap<>(certificate.settings());
    settings.put("breakwater.gateway.listen-tls", OTHER_HOST + ":0");
    GatewayFixture other = new GatewayFixture(directory, settings);
    try (BreakwaterClient client = open(other, OTHER_HOST, Tls.trusting(certificate.certificate))) {
      assertThat(client).isNotNull();
      awaitDetached(OTHER_HOST);
    } finally {
      other.close();
    }
  }

  @Test
  void says_that_a_file_has_no_certificates() throws Exception {
    Path empty = Files.createFile(directory.resolve("empty"));
    assertThatThrownBy(() -> Tls.trusting(empty))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("certificates: none in " + empty + " (expected: PEM, at least one)");
  }
}
