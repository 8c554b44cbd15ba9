package io.breakwater.gateway.home;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.Shard;
import io.breakwater.proto.trunk.Member;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * A numbered list of the delivery nodes, as they have decided it. Immutable.
 *
 * @param number unsigned; 0 if there is none
 * @param members where each listens for trunks; empty if there is no view
 */
public record View(long number, SequencedMap<IncarnationId, NodeAddress> members) {
  /** None is known. */
  public static final View NONE = new View(0, new LinkedHashMap<>());

  /** With more, some would be home to nobody. */
  private static final int MAX_MEMBERS = Shard.COUNT;

  /** Copies the list. */
  public View {
    members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
  }

  /**
   * Reads what a delivery node says.
   *
   * @return {@link #NONE} if it knows none
   * @throws IllegalArgumentException if it is malformed; the message says what was expected
   */
  public static View of(io.breakwater.proto.trunk.View said) {
    if (said.getNumber() == 0 || said.getMembersCount() == 0) {
      return NONE;
    }
    if (said.getMembersCount() > MAX_MEMBERS) {
      throw new IllegalArgumentException(
          "members: " + said.getMembersCount() + " (expected: up to " + MAX_MEMBERS + ')');
    }
    SequencedMap<IncarnationId, NodeAddress> members = new LinkedHashMap<>();
    for (Member member : said.getMembersList()) {
      IncarnationId node = IncarnationId.of(member.getIncarnation().asReadOnlyByteBuffer());
      if (members.put(node, addressOf(member)) != null) {
        throw new IllegalArgumentException("member: " + node + " twice (expected: once)");
      }
    }
    return new View(said.getNumber(), members);
  }

  private static NodeAddress addressOf(Member member) {
    NodeAddress address = NodeAddress.parse(member.getAddress());
    if (address.port() == 0) {
      throw new IllegalArgumentException("port of " + address + ": 0 (expected: 1..65535)");
    }
    return address;
  }

  /** Whether there is one. */
  public boolean isKnown() {
    return number != 0;
  }

  /** Of two views the one of the higher number counts, whoever said it. */
  boolean isNewerThan(View other) {
    return Long.compareUnsigned(number, other.number) > 0;
  }

  boolean has(IncarnationId node) {
    return members.containsKey(node);
  }

  @Override
  public String toString() {
    return "view " + Long.toUnsignedString(number) + ' ' + members.values();
  }
}
