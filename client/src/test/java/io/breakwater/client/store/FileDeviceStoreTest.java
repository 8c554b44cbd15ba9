package io.breakwater.client.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.breakwater.client.core.Changes;
import io.breakwater.client.core.ConversationId;
import io.breakwater.client.core.ConversationState;
import io.breakwater.client.core.DeviceState;
import io.breakwater.client.core.MessageId;
import io.breakwater.client.core.Origin;
import io.breakwater.client.core.OutgoingMessage;
import io.breakwater.client.core.Position;
import io.breakwater.client.core.ReceivedMessage;
import io.breakwater.client.core.Seen;
import io.breakwater.client.core.UserId;
import io.breakwater.client.store.FileDeviceStore.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileDeviceStoreTest {
  private static final UserId PEER = new UserId(1, 2);
  private static final Origin.Stream STREAM = new Origin.Stream(PEER, 7, new ConversationId(3, 4));

  /** Bytes that a disk writes or does not. */
  private static final int SECTOR = 512;

  @TempDir Path directory;

  private static Changes changes(int n) {
    MessageId id = new MessageId(n, n);
    return new Changes(
        List.of(
            new OutgoingMessage(PEER, n, 0, ByteString.copyFromUtf8("payload " + n)),
            new OutgoingMessage(PEER, n + 1_000, 0, ByteString.EMPTY)),
        List.of(new Changes.Tried(PEER, n, 1_000 + n)),
        List.of(new Changes.Removed(PEER, n - 1)),
        List.of(new ConversationState(PEER, n, id)),
        List.of(
            new ReceivedMessage(
                n, n, id, new Origin(STREAM, n), PEER, ByteString.copyFromUtf8("m"))),
        List.of(new Seen(STREAM, n, -1L)),
        List.of(),
        Optional.of(new Position(n, 2L * n)));
  }

  private FileDeviceStore open() throws IOException {
    return FileDeviceStore.open(directory, Durability.PROCESS);
  }

  private static void check(FileDeviceStore store, DeviceState expected) {
    DeviceState actual = store.load();
    assertThat(actual.cursor()).isEqualTo(expected.cursor());
    assertThat(actual.outbox()).containsExactlyInAnyOrderElementsOf(expected.outbox());
    assertThat(actual.conversations()).isEqualTo(expected.conversations());
    assertThat(actual.seen()).isEqualTo(expected.seen());
  }

  @Test
  void what_was_written_is_there_after_opening_again() throws IOException {
    MemoryDeviceStore expected = new MemoryDeviceStore();
    for (int round = 0; round < 3; round++) {
      try (FileDeviceStore store = open()) {
        for (int n = 1; n <= 20; n++) {
          store.write(changes(20 * round + n));
          expected.write(changes(20 * round + n));
        }
        store.handed(20 * round + 5);
        expected.handed(20 * round + 5);
        check(store, expected.load());
      }
    }
    try (FileDeviceStore store = open()) {
      check(store, expected.load());
      assertThat(store.notHanded()).isEqualTo(expected.notHanded());
      assertThat(store.notHanded()).hasSize(15);
    }
  }

  @Test
  void what_was_handed_over_is_not_kept_however_often_the_store_is_opened() throws IOException {
    ByteString payload = ByteString.copyFrom(new byte[60_000]);
    for (int n = 1; n <= 100; n++) {
      try (FileDeviceStore store = open()) {
        store.write(received(n, payload));
        store.handed(n);
      }
    }
    assertThat(Files.size(directory.resolve("device.log"))).isLessThan(2L << 20);
    try (FileDeviceStore store = open()) {
      assertThat(store.notHanded()).isEmpty();
    }
  }

  private static Changes received(int n, ByteString payload) {
    MessageId id = new MessageId(n, n);
    return new Changes(
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(new ReceivedMessage(n, n, id, new Origin(STREAM, n), PEER, payload)),
        List.of(),
        List.of(),
        Optional.of(new Position(n, n)));
  }

  @Test
  void a_log_cut_anywhere_holds_every_write_that_is_whole() throws IOException {
    List<Long> ends = new ArrayList<>();
    List<DeviceState> states = new ArrayList<>();
    Path log = directory.resolve("device.log");
    try (FileDeviceStore store = open()) {
      for (int n = 1; n <= 3; n++) {
        ends.add(Files.size(log));
        states.add(store.load());
        store.write(changes(n));
      }
      ends.add(Files.size(log));
      states.add(store.load());
    }
    byte[] whole = Files.readAllBytes(log);
    for (int size = Math.toIntExact(ends.get(0)); size <= whole.length; size++) {
      Files.write(log, Arrays.copyOf(whole, size));
      int writes = 0;
      while (writes < 3 && ends.get(writes + 1) <= size) {
        writes++;
      }
      try (FileDeviceStore store = open()) {
        check(store, states.get(writes));
        store.write(changes(9));
      }
      try (FileDeviceStore store = open()) {
        assertThat(store.load().cursor()).isEqualTo(new Position(9, 18));
      }
    }
  }

  @Test
  void a_last_record_that_did_not_reach_the_disk_is_dropped() throws IOException {
    Path log = directory.resolve("device.log");
    long end;
    DeviceState before;
    try (FileDeviceStore store = open()) {
      store.write(changes(1));
      end = Files.size(log);
      before = store.load();
      store.write(changes(2));
    }
    byte[] whole = Files.readAllBytes(log);
    for (int from = Math.toIntExact(end); from < whole.length; from++) {
      byte[] torn = whole.clone();
      Arrays.fill(torn, from, torn.length, (byte) 0);
      if (Arrays.equals(torn, whole)) {
        continue;
      }
      Files.write(log, torn);
      try (FileDeviceStore store = open()) {
        check(store, before);
      }
    }
  }

  @Test
  void damage_with_records_after_it_is_an_error_that_says_where() throws IOException {
    Path log = directory.resolve("device.log");
    long start;
    long end;
    try (FileDeviceStore store = open()) {
      start = Files.size(log);
      store.write(changes(1));
      end = Files.size(log);
      store.write(changes(2));
    }
    byte[] whole = Files.readAllBytes(log);
    for (int at = Math.toIntExact(start); at < end; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      Files.write(log, damaged);
      assertThatThrownBy(this::open)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("damaged at byte " + start);
    }
    Files.write(log, whole);
    open().close();
  }

  @Test
  void a_page_that_did_not_reach_the_disk_after_the_last_synced_record_is_cut() throws IOException {
    Path log = directory.resolve("device.log");
    long synced;
    DeviceState before;
    try (FileDeviceStore store = FileDeviceStore.open(directory, Durability.POWER_LOSS)) {
      store.write(changes(1));
      synced = Files.size(log);
      before = store.load();
      // Not synced, then a write whose sync the power loss interrupts.
      store.handed(1);
      store.write(large(2));
    }
    byte[] whole = Files.readAllBytes(log);
    assertThat(whole.length).isGreaterThan(5 * SECTOR);
    int last = Math.toIntExact(synced);
    // A disk may lose any sectors that were not synced; of one sector only what was not synced.
    for (int from = last; from < whole.length; from = nextSector(from)) {
      byte[] torn = whole.clone();
      Arrays.fill(torn, from, Math.min(torn.length, nextSector(from)), (byte) 0);
      if (!Arrays.equals(torn, whole)) {
        Files.write(log, torn);
        try (FileDeviceStore store = open()) {
          check(store, before);
          assertThat(Files.size(log)).isEqualTo(synced);
        }
      }
    }
  }

  @Test
  void garbage_after_the_last_record_is_cut() throws IOException {
    Path log = directory.resolve("device.log");
    DeviceState before;
    try (FileDeviceStore store = open()) {
      store.write(changes(1));
      before = store.load();
    }
    byte[] whole = Files.readAllBytes(log);
    SplittableRandom random = new SplittableRandom(1);
    for (int size : new int[] {1, 11, 12, 13, 100, 5_000}) {
      byte[] torn = Arrays.copyOf(whole, whole.length + size);
      byte[] garbage = new byte[size];
      random.nextBytes(garbage);
      System.arraycopy(garbage, 0, torn, whole.length, size);
      Files.write(log, torn);
      try (FileDeviceStore store = open()) {
        check(store, before);
      }
      assertThat(log).hasBinaryContent(whole);
    }
  }

  @Test
  void a_lost_sector_before_the_last_record_is_an_error() throws IOException {
    Path log = directory.resolve("device.log");
    long start;
    long end;
    try (FileDeviceStore store = open()) {
      start = Files.size(log);
      store.write(large(1));
      end = Files.size(log);
      store.write(changes(2));
    }
    byte[] whole = Files.readAllBytes(log);
    for (int from = Math.toIntExact(start); from < end; from = nextSector(from)) {
      byte[] damaged = whole.clone();
      Arrays.fill(damaged, from, Math.min(Math.toIntExact(end), nextSector(from)), (byte) 0);
      if (!Arrays.equals(damaged, whole)) {
        Files.write(log, damaged);
        assertThatThrownBy(this::open)
            .isInstanceOf(IOException.class)
            .hasMessageContaining("damaged at byte " + start);
        assertThat(log).hasBinaryContent(damaged);
      }
    }
  }

  @Test
  void what_was_handed_is_known_after_the_process_was_killed() throws IOException {
    Path killed = Files.createDirectories(directory.resolve("killed"));
    try (FileDeviceStore store = open()) {
      for (int n = 1; n <= 3; n++) {
        store.write(changes(n));
      }
      store.handed(2);
      for (String file : List.of("device.log", "device.handed")) {
        Files.copy(directory.resolve(file), killed.resolve(file));
      }
    }
    try (FileDeviceStore store = FileDeviceStore.open(killed, Durability.PROCESS)) {
      assertThat(store.notHanded()).extracting(ReceivedMessage::entryId).containsExactly(3L);
    }
  }

  @Test
  void a_mark_of_what_was_handed_that_was_torn_or_is_ahead_hands_over_again() throws IOException {
    Path mark = directory.resolve("device.handed");
    try (FileDeviceStore store = open()) {
      store.write(changes(1));
      store.write(changes(2));
      store.handed(1);
    }
    byte[] whole = Files.readAllBytes(mark);
    for (byte[] torn : List.of(new byte[0], new byte[whole.length], Arrays.copyOf(whole, 8))) {
      Files.write(mark, torn);
      try (FileDeviceStore store = open()) {
        assertThat(store.notHanded()).hasSize(2);
      }
    }
    try (FileDeviceStore store = open()) {
      store.handed(9);
    }
    try (FileDeviceStore store = open()) {
      assertThat(store.notHanded()).hasSize(2);
      store.write(changes(9));
    }
    try (FileDeviceStore store = open()) {
      assertThat(store.notHanded()).hasSize(3);
    }
  }

  private static int nextSector(int at) {
    return (at / SECTOR + 1) * SECTOR;
  }

  /** A record of several sectors. */
  private static Changes large(int n) {
    byte[] payload = new byte[3_000];
    Arrays.fill(payload, (byte) 'x');
    return new Changes(
        List.of(new OutgoingMessage(PEER, n, 0, ByteString.copyFrom(payload))),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty());
  }

  @Test
  void a_second_opening_is_refused() throws IOException {
    try (FileDeviceStore store = open()) {
      store.write(changes(1));
      assertThatThrownBy(this::open)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("already open");
    }
    open().close();
  }

  @Test
  void the_log_is_rewritten_when_it_has_grown() throws IOException {
    ByteString large = ByteString.copyFrom(new byte[60_000]);
    try (FileDeviceStore store = open()) {
      for (int n = 1; n <= 400; n++) {
        store.write(
            new Changes(
                List.of(new OutgoingMessage(PEER, n, 0, large)),
                List.of(),
                List.of(new Changes.Removed(PEER, n - 1)),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty()));
      }
      assertThat(Files.size(directory.resolve("device.log"))).isLessThan(9L << 20);
    }
    try (FileDeviceStore store = open()) {
      assertThat(store.load().outbox()).containsExactly(new OutgoingMessage(PEER, 400, 0, large));
    }
  }

  @Test
  void a_record_with_a_negative_size_is_refused_as_damage_is() {
    byte[] list = {1, -1, -1, -1, -1};
    byte[] payload = new byte[1 + 4 + 32 + 4];
    payload[0] = 1;
    payload[4] = 1;
    Arrays.fill(payload, 37, 41, (byte) -1);

    for (byte[] record : List.of(list, payload)) {
      assertThatThrownBy(() -> Encoding.apply(record, new Image()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("-1");
    }
  }
}
