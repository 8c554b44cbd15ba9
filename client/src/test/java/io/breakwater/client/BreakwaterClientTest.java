package io.breakwater.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.client.core.Changes;
import io.breakwater.client.core.Credentials;
import io.breakwater.client.core.DeviceConfig;
import io.breakwater.client.core.DeviceState;
import io.breakwater.client.core.Event;
import io.breakwater.client.core.OutboxFullException;
import io.breakwater.client.core.ReceivedMessage;
import io.breakwater.client.core.UserId;
import io.breakwater.client.model.ModelGateway;
import io.breakwater.client.model.ModelServer;
import io.breakwater.client.store.DeviceStore;
import io.breakwater.client.store.FileDeviceStore;
import io.breakwater.client.store.MemoryDeviceStore;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.Work;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client over real sockets, against a model of the server. */
@Timeout(60)
final class BreakwaterClientTest {
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private ModelGateway gateway;

  @BeforeEach
  void start() throws IOException {
    gateway = ModelGateway.start(ModelServer.Faults.NONE);
    toClose.add(gateway);
  }

  @AfterEach
  void stop() throws Exception {
    for (int i = toClose.size() - 1; i >= 0; i--) {
      toClose.get(i).close();
    }
  }

  private ClientConfig config() {
    return ClientConfig.connectingTo(new Endpoint("127.0.0.1", gateway.port()));
  }

  private BreakwaterClient open(Credentials credentials, DeviceStore store, Listener listener) {
    BreakwaterClient client = BreakwaterClient.open(config(), credentials, store, listener);
    toClose.add(client);
    return client;
  }

  private static <T> T get(CompletionStage<T> stage)
      throws InterruptedException, ExecutionException, TimeoutException {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Keeps what it hears. */
  private static final class Heard implements Listener {
    final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    final BlockingQueue<IOException> storeFailures = new LinkedBlockingQueue<>();

    @Override
    public void onMessage(ReceivedMessage message) {
      texts.add(message.payload().toStringUtf8());
    }

    @Override
    public void onEvent(Event event) {
      events.add(event);
    }

    @Override
    public void onStoreFailed(IOException failure) {
      storeFailures.add(failure);
    }

    String nextText() throws InterruptedException {
      return String.valueOf(texts.poll(30, TimeUnit.SECONDS));
    }

    <T extends Event> T next(Class<T> kind) throws InterruptedException {
      while (true) {
        Event event = events.poll(30, TimeUnit.SECONDS);
        assertThat(event).as("waiting for " + kind.getSimpleName()).isNotNull();
        if (kind.isInstance(event)) {
          return kind.cast(event);
        }
      }
    }
  }

  @Test
  void two_people_sign_up_and_talk() throws Exception {
    Credentials anna = signUp("anna", 1);
    Credentials bert = signUp("bert", 2);
    Heard heardByAnna = new Heard();
    Heard heardByBert = new Heard();
    BreakwaterClient a = open(anna, new MemoryDeviceStore(), heardByAnna);
    BreakwaterClient b = open(bert, new MemoryDeviceStore(), heardByBert);
    assertThat(get(a.send("bert", bytes("hello")))).isInstanceOf(SendOutcome.Accepted.class);
    assertThat(heardByBert.nextText()).isEqualTo("hello");
    assertThat(get(b.send(anna.user(), bytes("hi")))).isInstanceOf(SendOutcome.Accepted.class);
    assertThat(heardByAnna.nextText()).isEqualTo("hi");
  }

  private Credentials signUp(String handle, int seed) throws Exception {
    byte[] id = new byte[16];
    id[0] = (byte) seed;
    try (SignUpAttempt attempt = BreakwaterClient.signUp(config(), id, handle, event -> {})) {
      return get(attempt.credentials());
    }
  }

  @Test
  void a_sign_up_works_for_its_place_up_to_a_bound() throws Exception {
    asksForWork(12);
    signUp("anna", 1);
    Work work = gateway.received().get(1).getSignUp().getWork();
    assertThat(new ProofOfWork(work.getChallenge(), 12).solve()).hasValue(work.getNonce());
    asksForWork(23);
    assertThatThrownBy(() -> signUp("bert", 2))
        .hasCauseInstanceOf(RequestFailedException.class)
        .hasMessageContaining("proof of work: 23 bits (expected: at most 22)");
  }

  private void asksForWork(int bits) {
    gateway.with(
        server -> {
          server.asksForWork(bits);
          return server;
        });
  }

  @Test
  void a_sign_up_with_the_same_id_finishes_the_same_account() throws Exception {
    assertThat(signUp("anna", 1)).isEqualTo(signUp("anna", 1));
    assertThatThrownBy(() -> signUp("anna", 2))
        .hasCauseInstanceOf(RequestFailedException.class)
        .hasMessageContaining("HANDLE_TAKEN");
  }

  @Test
  void a_sign_up_whose_handle_is_taken_goes_on_with_another_one() throws Exception {
    signUp("anna", 1);
    byte[] id = new byte[16];
    id[0] = 2;
    try (SignUpAttempt attempt = BreakwaterClient.signUp(config(), id, "anna", event -> {})) {
      assertThatThrownBy(() -> get(attempt.credentials())).hasMessageContaining("HANDLE_TAKEN");
      try (SignUpAttempt again = attempt.withHandle("anne")) {
        assertThat(get(again.credentials())).isEqualTo(signUp("anne", 2));
      }
    }
  }

  @Test
  void thousands_of_messages_arrive_once_in_order_although_connections_break() throws Exception {
    Credentials anna = gateway.account("anna");
    Credentials bert = gateway.account("bert");
    Heard heard = new Heard();
    open(bert, new MemoryDeviceStore(), heard);
    BreakwaterClient a = open(anna, new MemoryDeviceStore(), new Heard());
    List<CompletionStage<SendOutcome>> outcomes = new ArrayList<>();
    int count = 5_000;
    for (int i = 0; i < count; i++) {
      outcomes.add(a.send(bert.user(), bytes("m" + i)));
      if (i % 1_700 == 1_699) {
        get(outcomes.get(i - 200));
        gateway.cutAll();
      }
    }
    for (CompletionStage<SendOutcome> outcome : outcomes) {
      assertThat(get(outcome)).isInstanceOf(SendOutcome.Accepted.class);
    }
    for (int i = 0; i < count; i++) {
      assertThat(heard.nextText()).isEqualTo("m" + i);
    }
    assertThat(heard.texts).isEmpty();
    assertThat(a.counters().connects()).isGreaterThan(1);
  }

  @Test
  void a_message_that_was_not_answered_is_sent_by_the_next_client(@TempDir Path directory)
      throws Exception {
    Credentials anna = gateway.account("anna");
    Credentials bert = gateway.account("bert");
    Heard heard = new Heard();
    open(bert, new MemoryDeviceStore(), heard);
    try (FileDeviceStore store = openStore(directory)) {
      BreakwaterClient a = open(anna, store, new Heard());
      get(a.send(bert.user(), bytes("first")));
      gateway.setDeaf(true);
      CompletionStage<SendOutcome> second = a.send(bert.user(), bytes("second"));
      while (gateway.received().stream().noneMatch(BreakwaterClientTest::isSecond)) {
        Thread.onSpinWait();
      }
      a.close();
      assertThatThrownBy(() -> get(second)).hasCauseInstanceOf(ClientClosedException.class);
    }
    gateway.setDeaf(false);
    Heard outcome = new Heard();
    try (FileDeviceStore store = openStore(directory);
        BreakwaterClient again = BreakwaterClient.open(config(), anna, store, outcome)) {
      assertThat(outcome.next(Event.Accepted.class).clientId()).isEqualTo(2);
      get(again.send(bert.user(), bytes("third")));
    }
    assertThat(heard.nextText()).isEqualTo("first");
    assertThat(heard.nextText()).isEqualTo("second");
    assertThat(heard.nextText()).isEqualTo("third");
    ClientFrame resent =
        gateway.received().stream().filter(BreakwaterClientTest::isSecond).toList().get(1);
    assertThat(resent.getSend().getRetry()).isTrue();
  }

  private static boolean isSecond(ClientFrame frame) {
    return frame.hasSend() && frame.getSend().getPayload().toStringUtf8().equals("second");
  }

  private static FileDeviceStore openStore(Path directory) throws IOException {
    return FileDeviceStore.open(directory, FileDeviceStore.Durability.PROCESS);
  }

  @Test
  void what_was_missed_arrives_first_and_then_the_client_is_caught_up() throws Exception {
    Credentials anna = gateway.account("anna");
    Credentials bert = gateway.account("bert");
    BreakwaterClient a = open(anna, new MemoryDeviceStore(), new Heard());
    List<String> sent = IntStream.range(0, 1_000).mapToObj(i -> "m" + i).toList();
    for (String text : sent) {
      get(a.send(bert.user(), bytes(text)));
    }
    Heard heard = new Heard();
    open(bert, new MemoryDeviceStore(), heard);
    heard.next(Event.CaughtUp.class);
    assertThat(new ArrayList<>(heard.texts)).isEqualTo(sent);
  }

  @Test
  void a_message_whose_listener_was_interrupted_is_handed_over_again(@TempDir Path directory)
      throws Exception {
    Credentials anna = gateway.account("anna");
    Credentials bert = gateway.account("bert");
    try (FileDeviceStore store = openStore(directory)) {
      BreakwaterClient b = open(bert, new Unhanded(store), new Heard());
      BreakwaterClient a = open(anna, new MemoryDeviceStore(), new Heard());
      get(a.send(bert.user(), bytes("once")));
      while (store.notHanded().isEmpty()) {
        Thread.onSpinWait();
      }
      b.close();
    }
    Heard heard = new Heard();
    try (FileDeviceStore store = openStore(directory)) {
      try (BreakwaterClient again = BreakwaterClient.open(config(), bert, store, heard)) {
        assertThat(heard.nextText()).isEqualTo("once");
        assertThat(again.counters().received()).isZero();
      }
      assertThat(store.notHanded()).isEmpty();
    }
  }

  /** As if the process ended before the listener returned. */
  private record Unhanded(FileDeviceStore store) implements DeviceStore {
    @Override
    public DeviceState load() {
      return store.load();
    }

    @Override
    public void write(Changes changes) throws IOException {
      store.write(changes);
    }

    @Override
    public List<ReceivedMessage> notHanded() {
      return store.notHanded();
    }

    @Override
    public void handed(long entryId) {}

    @Override
    public void close() {}
  }

  @Test
  void a_linked_device_receives_what_comes_after_its_link() throws Exception {
    Credentials anna = gateway.account("anna");
    Credentials bert = gateway.account("bert");
    BreakwaterClient a = open(anna, new MemoryDeviceStore(), new Heard());
    BreakwaterClient b = open(bert, new MemoryDeviceStore(), new Heard());
    get(a.send(bert.user(), bytes("before")));
    LinkedDevice linked = get(b.link(new byte[16]));
    assertThat(get(b.link(new byte[16])).credentials()).isEqualTo(linked.credentials());
    MemoryDeviceStore store = new MemoryDeviceStore();
    store.write(Changes.startingAt(linked.start()));
    Heard heard = new Heard();
    open(linked.credentials(), store, heard);
    get(a.send(bert.user(), bytes("after")));
    assertThat(heard.nextText()).isEqualTo("after");
  }

  @Test
  void a_device_that_was_signed_out_stops() throws Exception {
    Credentials anna = gateway.account("anna");
    Heard heard = new Heard();
    BreakwaterClient a = open(anna, new MemoryDeviceStore(), heard);
    get(a.signOut());
    gateway.cutAll();
    assertThat(heard.next(Event.Stopped.class).reason()).isEqualTo(Reason.UNAUTHENTICATED);
  }

  @Test
  void a_second_connection_of_the_device_displaces_the_first() throws Exception {
    Credentials anna = gateway.account("anna");
    Heard heard = new Heard();
    open(anna, new MemoryDeviceStore(), heard);
    heard.next(Event.Attached.class);
    open(anna, new MemoryDeviceStore(), new Heard());
    assertThat(heard.next(Event.Displaced.class).reconnectInMs()).isGreaterThanOrEqualTo(60_000);
  }

  @Test
  void frames_that_are_no_frames_end_the_connection_and_nothing_else() throws Exception {
    Credentials anna = gateway.account("anna");
    Heard heard = new Heard();
    BreakwaterClient a = open(anna, new MemoryDeviceStore(), heard);
    List<byte[]> garbage =
        List.of(
            new byte[] {0x7f, 0, 0, 0},
            new byte[] {0, 0, 0, 0},
            new byte[] {-1, -1, -1, -1},
            new byte[] {0, 0, 0, 2, -1, -1});
    for (byte[] bytes : garbage) {
      heard.next(Event.Attached.class);
      gateway.tellAllRaw(bytes);
      heard.next(Event.Detached.class);
      a.reconnect();
    }
    heard.next(Event.Attached.class);
  }

  @Test
  void an_outbox_that_is_full_says_so() throws Exception {
    Credentials anna = gateway.account("anna");
    UserId bert = gateway.account("bert").user();
    gateway.setDeaf(true);
    ClientConfig small =
        new ClientConfig(config().endpoints(), DeviceConfig.DEFAULTS.withOutbox(3, 1_000));
    try (BreakwaterClient a =
        BreakwaterClient.open(small, anna, new MemoryDeviceStore(), new Heard())) {
      assertThatThrownBy(() -> get(a.send(bert, new byte[65_537])))
          .hasMessageContaining("payload: 65537 bytes (expected: at most 65536)");
      List<CompletionStage<SendOutcome>> waiting = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        waiting.add(a.send(bert, bytes("m")));
      }
      assertThatThrownBy(() -> get(a.send(bert, bytes("m"))))
          .hasCauseInstanceOf(OutboxFullException.class)
          .hasMessageContaining("expected: below 3");
      assertThat(waiting).noneMatch(outcome -> outcome.toCompletableFuture().isDone());
    }
  }

  @Test
  void a_store_that_fails_stops_the_client_before_anything_is_sent() throws Exception {
    Credentials anna = gateway.account("anna");
    UserId bert = gateway.account("bert").user();
    Heard heard = new Heard();
    BreakwaterClient a = open(anna, new Broken(), heard);
    heard.next(Event.Attached.class);
    assertThatThrownBy(() -> get(a.send(bert, bytes("m"))))
        .hasCauseInstanceOf(ClientClosedException.class);
    assertThat(heard.storeFailures.poll(30, TimeUnit.SECONDS)).hasMessage("disk full");
    assertThat(gateway.received()).noneMatch(ClientFrame::hasSend);
    assertThatThrownBy(() -> get(a.lookUp("bert"))).hasCauseInstanceOf(ClientClosedException.class);
  }

  private static final class Broken implements DeviceStore {
    private final MemoryDeviceStore empty = new MemoryDeviceStore();

    @Override
    public DeviceState load() {
      return empty.load();
    }

    @Override
    public void write(Changes changes) throws IOException {
      throw new IOException("disk full");
    }

    @Override
    public List<ReceivedMessage> notHanded() {
      return List.of();
    }

    @Override
    public void handed(long entryId) {}

    @Override
    public void close() {}
  }
}
