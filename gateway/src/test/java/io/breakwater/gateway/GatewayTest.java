package io.breakwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.breakwater.common.secret.Credentials;
import io.breakwater.proto.client.Sent;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.GatewayFrame;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway between real sockets and a real trunk. */
final class GatewayTest {
  @TempDir Path directory;
  private GatewayFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = new GatewayFixture(directory, Map.of());
    await().until(() -> fixture.delivery.streams().size() == 2);
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
  }

  @Test
  void welcomes_a_device_when_its_home_has_attached_it() throws Exception {
    Credentials ann = fixture.user(1);
    try (TestClient client = fixture.connect()) {
      client.write(TestClient.hello(ann, 41));

      ServerFrame welcome = client.read();
      assertThat(welcome.getWelcome().getServerTimeMs()).isEqualTo(ScriptedDelivery.SERVER_TIME_MS);
      assertThat(welcome.getWelcome().getMailboxHead()).isEqualTo(ScriptedDelivery.HEAD);
      assertThat(welcome.getWelcome().getMaxPayloadBytes()).isEqualTo(65_536);
      assertThat(welcome.getWelcome().getWindow()).isEqualTo(256);
      assertThat(welcome.getWelcome().getRetryForMs()).isEqualTo(ScriptedDelivery.RETRY_FOR_MS);
      GatewayFrame attach = fixture.delivery.next(GatewayFrame.BodyCase.ATTACH).frame();
      assertThat(attach.getUser().toByteArray()).isEqualTo(ann.user().bytes());
      assertThat(attach.getAttach().getDevice()).isEqualTo(ann.device().value());
      assertThat(attach.getAttach().getTokenHash().toByteArray())
          .isEqualTo(ann.token().hash().bytes());
      assertThat(attach.getAttach().getGeneration()).isZero();
      assertThat(attach.getAttach().getCursor().getEntryId()).isEqualTo(41);
    }
  }

  @Test
  void carries_a_message_to_its_home_and_the_answer_back() throws Exception {
    Credentials ann = fixture.user(1);
    Credentials bob = fixture.user(2);
    try (TestClient client = fixture.connected(ann)) {
      client.write(TestClient.send(bob, 1, "hello"));

      ScriptedDelivery.Arrival sent = fixture.delivery.next(GatewayFrame.BodyCase.SEND);
      assertThat(sent.frame().getUser().toByteArray()).isEqualTo(bob.user().bytes());
      assertThat(sent.frame().getPriority()).isEqualTo(1);
      assertThat(sent.frame().getSend().getSender().toByteArray()).isEqualTo(ann.user().bytes());
      assertThat(sent.frame().getSend().getSend().getPayload().toStringUtf8()).isEqualTo("hello");
      ServerFrame answer =
          ServerFrame.newBuilder().setSent(Sent.newBuilder().setClientId(1)).build();
      sent.stream().relay(sent.frame().getConnection(), answer);
      assertThat(client.read()).isEqualTo(answer);
    }
  }
}
