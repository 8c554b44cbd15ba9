package io.breakwater.loadtest.chaos.check;

import io.breakwater.loadtest.chaos.payload.Conversation;
import io.breakwater.loadtest.chaos.payload.Device;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who takes part, and what they write. */
final class Campaign {
  private record Writing(Device sender, Conversation conversation) {}

  private final Map<Device, Reader> readers = new LinkedHashMap<>();
  private final Map<Integer, List<Reader>> byUser = new HashMap<>();
  private final Map<Writing, Stream> streams = new LinkedHashMap<>();
  private final Map<Conversation, List<Stream>> conversations = new LinkedHashMap<>();

  void add(Reader reader) {
    readers.put(reader.device, reader);
    byUser.computeIfAbsent(reader.device.user(), _ -> new ArrayList<>()).add(reader);
  }

  @Nullable Reader reader(Device device) {
    return readers.get(device);
  }

  Collection<Reader> readers() {
    return readers.values();
  }

  List<Reader> readersOf(int user) {
    return byUser.getOrDefault(user, List.of());
  }

  /** Every stream, made at its first mention. */
  Stream stream(Device sender, Conversation conversation) {
    return streams.computeIfAbsent(
        new Writing(sender, conversation),
        writing -> {
          Stream stream = new Stream(writing.sender, writing.conversation);
          conversations.computeIfAbsent(conversation, _ -> new ArrayList<>()).add(stream);
          return stream;
        });
  }

  /** By conversation. */
  Collection<List<Stream>> conversations() {
    return conversations.values();
  }
}
