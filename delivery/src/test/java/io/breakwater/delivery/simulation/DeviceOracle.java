package io.breakwater.delivery.simulation;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.UserId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Knows which devices people asked for, were given, signed out and heard of. */
final class DeviceOracle {
  /** DESIGN.md section 10. */
  private static final int DEVICES = 10;

  /** A link id of a user: one device, however often it is asked for. */
  private record Link(UserId user, ByteString id) {}

  /** What is known of a device. */
  private static final class Life {
    final boolean isFirst;
    final long since;
    final long atMs;
    boolean isRevokeAsked;
    long revokedAtMs = Long.MAX_VALUE;

    Life(boolean isFirst, long since, long atMs) {
      this.isFirst = isFirst;
      this.since = since;
      this.atMs = atMs;
    }
  }

  /** A device was told of another. */
  private record Heard(Oracle.Reader listener, Oracle.Reader of) {}

  private final World world;
  private final Map<Oracle.Reader, Life> lives = new LinkedHashMap<>();
  private final Map<Link, Integer> attempts = new HashMap<>();
  private final Map<Link, DeviceId> answers = new HashMap<>();

  /** When a device was first asked for. */
  private final Map<Oracle.Reader, Long> asked = new HashMap<>();

  private final Set<Heard> links = new HashSet<>();
  private final Set<Heard> revokes = new HashSet<>();
  private boolean anyRevoked;

  DeviceOracle(World world) {
    this.world = world;
  }

  /** A device that was there before anything happened. */
  void first(Oracle.Reader reader) {
    lives.put(reader, new Life(true, 0, -1));
  }

  // ---- linking

  /** An application transmits a link request, perhaps not for the first time. */
  void linkAsked(UserId user, ByteString linkId, DeviceId expected) {
    attempts.merge(new Link(user, linkId), 1, Integer::sum);
    asked.putIfAbsent(new Oracle.Reader(user, expected), world.time.nowMs());
  }

  /** An application was told which device its link id makes. */
  void linkAnswered(UserId user, ByteString linkId, DeviceId device) {
    DeviceId before = answers.putIfAbsent(new Link(user, linkId), device);
    if (before != null) {
      world.happened(Sometimes.LINK_ANSWERED_AGAIN);
      if (!before.equals(device)) {
        throw world.violation(
            Promise.DEVICES,
            "one link id of "
                + Oracle.name(user)
                + " makes two devices, "
                + before
                + " and "
                + device);
      }
    }
  }

  /**
   * A linked device begins its life.
   *
   * @param since its mailbox begins after this entry
   */
  void linked(Oracle.Reader reader, long since) {
    world.happened(Sometimes.DEVICE_LINKED);
    lives.put(reader, new Life(false, since, world.time.nowMs()));
    long active = count(reader.user(), false);
    // What was asked for twice may count at one home and not at another.
    long repeated =
        attempts.entrySet().stream()
            .filter(each -> each.getKey().user().equals(reader.user()) && each.getValue() > 1)
            .count();
    if (active > DEVICES + repeated) {
      throw world.violation(
          Promise.P9,
          Oracle.name(reader.user()) + " has " + active + " devices (cap " + DEVICES + ')');
    }
  }

  /** A user was told that there are too many devices. */
  void tooMany(UserId user) {
    world.happened(Sometimes.TOO_MANY_DEVICES);
    long atMost =
        count(user, true)
            + asked.keySet().stream().filter(each -> each.user().equals(user)).count();
    if (atMost <= DEVICES) {
      throw world.violation(
          Promise.DEVICES,
          Oracle.name(user) + " has at most " + atMost + " devices, which is not too many");
    }
  }

  private long count(UserId user, boolean isFirstOnly) {
    return lives.entrySet().stream()
        .filter(each -> each.getKey().user().equals(user))
        .filter(each -> !each.getValue().isRevokeAsked || isFirstOnly)
        .filter(each -> each.getValue().isFirst || !isFirstOnly)
        .count();
  }

  // ---- signing out

  /** An application asks to sign a device out; it may be in effect from now on. */
  void revokeAsked(Oracle.Reader reader) {
    life(reader).isRevokeAsked = true;
  }

  boolean isRevokeAsked(Oracle.Reader reader) {
    return life(reader).isRevokeAsked;
  }

  /** An application was told that a device is signed out: from now on it is. */
  void revoked(Oracle.Reader reader) {
    Life life = life(reader);
    if (life.revokedAtMs == Long.MAX_VALUE) {
      world.happened(Sometimes.DEVICE_REVOKED);
      life.revokedAtMs = world.time.nowMs();
      anyRevoked = true;
    }
  }

  /** Whether somebody was told that a device is signed out. */
  boolean anyRevoked() {
    return anyRevoked;
  }

  /** When somebody was told that this device is signed out. */
  OptionalLong revokedAtMs(Oracle.Reader reader) {
    Life life = lives.get(reader);
    return life == null || life.revokedAtMs == Long.MAX_VALUE
        ? OptionalLong.empty()
        : OptionalLong.of(life.revokedAtMs);
  }

  /** Whether its row says so, whoever was told. */
  boolean isRevoked(Oracle.Reader reader) {
    return life(reader).isRevokeAsked
        && world.storage.accounts().devices(reader.user()).toCompletableFuture().join().stream()
            .anyMatch(row -> row.id().equals(reader.device()) && row.revoked());
  }

  /** A device was turned away for good. */
  void turnedAway(Oracle.Reader reader) {
    if (!life(reader).isRevokeAsked) {
      throw world.violation(Promise.DEVICES, reader + " was turned away, and nobody asked for it");
    }
    world.happened(Sometimes.TOKEN_REFUSED);
  }

  // ---- hearing of it

  /** A device was told that another one was linked. */
  void heardOfLink(Oracle.Reader listener, DeviceId device) {
    Oracle.Reader reader = new Oracle.Reader(listener.user(), device);
    if (!asked.containsKey(reader)) {
      throw world.violation(
          Promise.DEVICES, listener + " heard of device " + device + ", which nobody asked for");
    }
    world.happened(Sometimes.HEARD_OF_LINK);
    // Perhaps before the device that asked for it has its answer.
    links.add(new Heard(listener, reader));
  }

  /** A device was told that another one was signed out. */
  void heardOfRevoke(Oracle.Reader listener, DeviceId device) {
    Oracle.Reader reader = new Oracle.Reader(listener.user(), device);
    Life life = lives.get(reader);
    if (life == null || !life.isRevokeAsked) {
      throw world.violation(
          Promise.DEVICES,
          listener + " heard of the end of " + device + ", which nobody asked for");
    }
    world.happened(Sometimes.HEARD_OF_REVOKE);
    revokes.add(new Heard(listener, reader));
  }

  // ---- what a device is entitled to

  /** Whether it was there before anything happened. */
  boolean isFirst(Oracle.Reader reader) {
    return life(reader).isFirst;
  }

  /** Whether it was somebody's before then, so that nothing taken from then on may pass it by. */
  boolean wasLinkedBefore(Oracle.Reader reader, long atMs) {
    return life(reader).atMs < atMs;
  }

  long since(Oracle.Reader reader) {
    return life(reader).since;
  }

  /** At the end, in a world without faults: everybody heard of everything. */
  void judgeHearsay() {
    lives.forEach(
        (reader, life) ->
            lives.forEach(
                (listener, its) -> {
                  if (listener.user().equals(reader.user()) && !its.isRevokeAsked) {
                    judgeHearsay(reader, life, listener, its);
                  }
                }));
  }

  private void judgeHearsay(Oracle.Reader reader, Life life, Oracle.Reader listener, Life its) {
    if (!life.isFirst
        && its.atMs < asked.getOrDefault(reader, Long.MIN_VALUE)
        && !listener.equals(reader)
        && !links.contains(new Heard(listener, reader))) {
      throw world.violation(Promise.DEVICES, listener + " did not hear of new " + reader);
    }
    if (life.revokedAtMs != Long.MAX_VALUE
        && its.atMs < life.revokedAtMs
        && its.isFirst
        && !revokes.contains(new Heard(listener, reader))) {
      throw world.violation(Promise.DEVICES, listener + " did not hear of the end of " + reader);
    }
  }

  private Life life(Oracle.Reader reader) {
    Life life = lives.get(reader);
    if (life == null) {
      throw new AssertionError("no such device: " + reader);
    }
    return life;
  }
}
