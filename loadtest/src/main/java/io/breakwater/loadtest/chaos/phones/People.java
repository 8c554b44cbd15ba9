package io.breakwater.loadtest.chaos.phones;

import io.breakwater.client.core.ConversationId;
import io.breakwater.client.core.UserId;
import io.breakwater.loadtest.chaos.payload.Conversation;
import io.breakwater.loadtest.chaos.payload.Device;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who is who: how the server names the users, devices and conversations of a campaign. Any thread.
 */
public final class People {
  private record Numbered(UserId user, int device) {}

  private final Map<UserId, Integer> users = new ConcurrentHashMap<>();
  private final Map<Integer, UserId> ids = new ConcurrentHashMap<>();
  private final Map<Numbered, Device> devices = new ConcurrentHashMap<>();
  private final Map<ConversationId, Conversation> conversations = new ConcurrentHashMap<>();

  People() {}

  /** A device has credentials: the server calls it so. */
  void add(UserId user, int number, Device device) {
    users.put(user, device.user());
    ids.put(device.user(), user);
    devices.put(new Numbered(user, number), device);
  }

  /** The server uses this id for what these two write; says which conversation had the id first. */
  Conversation learn(ConversationId id, Conversation conversation) {
    Conversation first = conversations.putIfAbsent(id, conversation);
    return first == null ? conversation : first;
  }

  /** By its place in the campaign; null if it has not signed up. */
  @Nullable UserId id(int user) {
    return ids.get(user);
  }

  /** Of all who have signed up, as servers write them: by their place in the campaign. */
  public Map<Integer, String> userIds() {
    return ids.entrySet().stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, id -> id.getValue().toString()));
  }

  /** Null if it is none of the campaign. */
  public @Nullable Integer user(UserId id) {
    return users.get(id);
  }

  /**
   * Null if it is none of the campaign.
   *
   * @param number as the server numbers devices: any 32 bits
   */
  public @Nullable Device device(UserId user, int number) {
    return devices.get(new Numbered(user, number));
  }

  /** Null if nobody was handed anything of it. */
  @Nullable Conversation conversation(ConversationId id) {
    return conversations.get(id);
  }
}
