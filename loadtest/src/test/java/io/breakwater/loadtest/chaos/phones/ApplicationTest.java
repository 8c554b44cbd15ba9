package io.breakwater.loadtest.chaos.phones;

import static io.breakwater.loadtest.chaos.phones.KillableStoreTest.changes;
import static io.breakwater.loadtest.chaos.phones.KillableStoreTest.received;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.client.ClientConfig;
import io.breakwater.client.Endpoint;
import io.breakwater.client.core.Credentials;
import io.breakwater.client.core.DeviceConfig;
import io.breakwater.client.core.Event;
import io.breakwater.client.core.MessageId;
import io.breakwater.client.core.OutgoingMessage;
import io.breakwater.client.core.Position;
import io.breakwater.client.core.ReceivedMessage;
import io.breakwater.client.core.UserId;
import io.breakwater.client.store.FileDeviceStore;
import io.breakwater.client.store.FileDeviceStore.Durability;
import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.history.Fact.Ending;
import io.breakwater.loadtest.chaos.history.History;
import io.breakwater.loadtest.chaos.history.Recorder;
import io.breakwater.loadtest.chaos.payload.Content;
import io.breakwater.loadtest.chaos.payload.Conversation;
import io.breakwater.loadtest.chaos.payload.Device;
import io.breakwater.loadtest.chaos.payload.Identity;
import io.breakwater.loadtest.chaos.payload.Payloads;
import io.breakwater.loadtest.stack.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No server is there: what an application does and hears by itself, and with the store. */
final class ApplicationTest {
  private static final Device DEVICE = new Device(0, 1);
  private static final Device OTHER = new Device(1, 1);
  private static final Credentials CREDENTIALS =
      new Credentials(new UserId(5, 6), -3, ByteString.copyFrom(new byte[48]));
  private static final UserId PEER = new UserId(1, 2);
  private static final Conversation CONVERSATION = new Conversation(0, 1);

  @TempDir Path directory;

  private final Notebook notebook = new Notebook(DEVICE);
  private Recorder recorder;
  private Surroundings around;

  @BeforeEach
  void begin() throws IOException {
    recorder = Recorder.create(history(), System::currentTimeMillis);
    around =
        new Surroundings(
            new ClientConfig(
                List.of(new Endpoint("127.0.0.1", Ports.closed())), DeviceConfig.DEFAULTS),
            recorder,
            new Payloads(1),
            new People(),
            new Counts(),
            new Replies(),
            new Troubles());
    around.people().add(CREDENTIALS.user(), CREDENTIALS.device(), DEVICE);
    around.people().add(PEER, -7, OTHER);
  }

  @AfterEach
  void end() throws IOException {
    recorder.close();
    assertThat(around.troubles().texts()).isEmpty();
  }

  private Path history() {
    return directory.resolve("history");
  }

  private FileDeviceStore store() throws IOException {
    return FileDeviceStore.open(directory.resolve("device"), Durability.PROCESS);
  }

  private Application start() throws IOException {
    return Application.start(around, notebook, CREDENTIALS, store());
  }

  private List<Fact> facts() throws IOException {
    recorder.flush();
    List<Fact> facts = new ArrayList<>();
    assertThat(History.in(history()).replay(facts::add)).isEqualTo(new History.Replay.Whole());
    return facts;
  }

  private <T extends Fact> List<T> facts(Class<T> kind) throws IOException {
    return facts().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private List<OutgoingMessage> outbox() throws IOException {
    try (FileDeviceStore store = store()) {
      return store.load().outbox();
    }
  }

  @Test
  void a_send_is_in_the_store_of_the_killed_or_of_unknown_outcome_and_never_both()
      throws Exception {
    for (int run = 1; run <= 20; run++) {
      Application application = start();
      for (int sends = 0; sends < 5; sends++) {
        assertThat(application.send(1, 100)).isTrue();
      }
      application.end(Ending.KILLED);
    }
    List<Long> stored =
        outbox().stream()
            .map(message -> around.payloads().read(message.payload().toByteArray()))
            .map(content -> ((Content.Sound) content).identity().sequence())
            .toList();
    start().end(Ending.KILLED);
    List<Long> unknown =
        facts(Fact.SendUnknown.class).stream().map(Fact.SendUnknown::sequence).toList();
    assertThat(facts(Fact.SendInvoked.class)).hasSize(100);
    assertThat(stored).doesNotContainAnyElementsOf(unknown);
    assertThat(stored.size() + unknown.size()).isEqualTo(100);
    assertThat(around.counts().progress()).isEqualTo(new Progress(100, 0, 0, unknown.size(), 0));
  }

  @Test
  void the_outcome_of_a_message_of_an_earlier_run_is_known_from_the_store() throws Exception {
    Identity identity = new Identity(DEVICE, CONVERSATION, 1);
    byte[] payload = around.payloads().write(identity, 64);
    try (FileDeviceStore store = store()) {
      store.write(
          changes(
              List.of(new OutgoingMessage(PEER, 3, 0, ByteString.copyFrom(payload))),
              List.of(),
              Position.START));
    }
    notebook.ledger.invoke(CONVERSATION);
    Application application = start();
    application.onEvent(new Event.Accepted(PEER, 3, new MessageId(0, 9)));
    application.send(1, 100);
    application.end(Ending.KILLED);
    assertThat(facts(Fact.SendAccepted.class))
        .singleElement()
        .matches(told -> told.sequence() == 1 && told.clientId() == 3);
    assertThat(facts(Fact.SendInvoked.class))
        .singleElement()
        .matches(sent -> sent.sequence() == 2 && sent.after().equals(new MessageId(0, 9)));
  }

  @Test
  void what_it_is_handed_is_recorded_with_who_wrote_it_to_whom() throws Exception {
    Application application = start();
    Identity identity = new Identity(OTHER, CONVERSATION, 4);
    application.onMessage(message(identity));
    application.end(Ending.KILLED);
    assertThat(facts(Fact.Delivered.class))
        .singleElement()
        .satisfies(
            delivered -> {
              assertThat(delivered.sender()).isEqualTo(OTHER);
              assertThat(delivered.conversation()).isEqualTo(CONVERSATION);
              assertThat(delivered.content()).isEqualTo(new Content.Sound(identity));
              assertThat(delivered.entryId()).isEqualTo(8);
            });
    assertThat(around.replies().poll()).isEqualTo(new Replies.Reply(DEVICE, 1));
  }

  private ReceivedMessage message(Identity identity) {
    ReceivedMessage template = received(8);
    return new ReceivedMessage(
        8,
        1,
        template.messageId(),
        template.origin(),
        CREDENTIALS.user(),
        ByteString.copyFrom(around.payloads().write(identity, 64)));
  }

  @Test
  void hears_and_does_nothing_after_it_was_killed() throws Exception {
    Application application = start();
    application.end(Ending.KILLED);
    application.onMessage(message(new Identity(OTHER, CONVERSATION, 1)));
    application.onEvent(new Event.TooLong(1));
    assertThat(application.send(1, 100)).isFalse();
    assertThat(facts().getLast())
        .isInstanceOfSatisfying(
            Fact.ApplicationStopped.class,
            stopped -> assertThat(stopped.ending()).isEqualTo(Ending.KILLED));
  }

  @Test
  void a_device_that_is_signed_out_gives_up_what_is_open() throws Exception {
    Application application = start();
    application.send(1, 100);
    application.end(Ending.CLOSED);
    Application.giveUp(around, notebook);
    assertThat(facts(Fact.SendUnknown.class)).hasSize(1);
    assertThat(notebook.ledger.open()).isZero();
  }
}
