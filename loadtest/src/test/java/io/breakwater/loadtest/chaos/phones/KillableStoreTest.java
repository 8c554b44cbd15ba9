package io.breakwater.loadtest.chaos.phones;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.breakwater.client.core.Changes;
import io.breakwater.client.core.ConversationId;
import io.breakwater.client.core.MessageId;
import io.breakwater.client.core.Origin;
import io.breakwater.client.core.OutgoingMessage;
import io.breakwater.client.core.Position;
import io.breakwater.client.core.ReceivedMessage;
import io.breakwater.client.core.UserId;
import io.breakwater.client.store.FileDeviceStore;
import io.breakwater.client.store.FileDeviceStore.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KillableStoreTest {
  private static final UserId PEER = new UserId(1, 2);

  @TempDir Path directory;

  private final List<Changes> heard = new ArrayList<>();

  static ReceivedMessage received(long entry) {
    return new ReceivedMessage(
        entry,
        1,
        new MessageId(0, entry),
        new Origin(new Origin.Stream(PEER, -7, new ConversationId(3, 4)), entry),
        new UserId(5, 6),
        ByteString.copyFromUtf8("foreign"));
  }

  static Changes changes(
      List<OutgoingMessage> put, List<ReceivedMessage> received, Position cursor) {
    return new Changes(
        put, List.of(), List.of(), List.of(), received, List.of(), List.of(), Optional.of(cursor));
  }

  private KillableStore open() throws IOException {
    return new KillableStore(
        FileDeviceStore.open(directory, Durability.PROCESS), new ReentrantLock(), heard::add);
  }

  @Test
  void after_the_kill_nothing_is_written_and_the_next_run_is_handed_what_was_not_noted()
      throws Exception {
    try (KillableStore killed = open()) {
      killed.write(
          changes(List.of(), List.of(received(1), received(2), received(3)), new Position(3, 1)));
      killed.handed(1);
      killed.handed(2);
      killed.kill();
      assertThatThrownBy(() -> killed.handed(3)).isInstanceOf(KillableStore.Killed.class);
      assertThatThrownBy(
              () ->
                  killed.write(
                      changes(
                          List.of(new OutgoingMessage(PEER, 1, 0, ByteString.EMPTY)),
                          List.of(received(4)),
                          new Position(4, 1))))
          .isInstanceOf(KillableStore.Killed.class);
    }
    assertThat(heard).hasSize(1);
    try (KillableStore next = open()) {
      assertThat(next.notHanded()).containsExactly(received(2), received(3));
      assertThat(next.load().cursor()).isEqualTo(new Position(3, 1));
      assertThat(next.load().outbox()).isEmpty();
    }
  }

  @Test
  void what_was_closed_has_noted_all_that_was_handed_over() throws Exception {
    try (KillableStore closed = open()) {
      closed.write(changes(List.of(), List.of(received(1), received(2)), new Position(2, 1)));
      closed.handed(2);
    }
    try (KillableStore next = open()) {
      assertThat(next.notHanded()).isEmpty();
    }
  }

  @Test
  void a_thread_of_the_killed_ends_without_a_word() throws Exception {
    List<Throwable> said = new ArrayList<>();
    try (KillableStore store = open()) {
      store.kill();
      Thread thread =
          Thread.ofPlatform()
              .uncaughtExceptionHandler((ending, why) -> said.add(why))
              .start(
                  () -> {
                    try {
                      store.handed(1);
                    } catch (IOException | RuntimeException e) {
                      said.add(e);
                    }
                    said.add(new AssertionError("it went on"));
                  });
      thread.join();
    }
    assertThat(said).isEmpty();
  }
}
