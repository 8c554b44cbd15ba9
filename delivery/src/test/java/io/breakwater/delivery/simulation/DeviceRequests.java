package io.breakwater.delivery.simulation;

import com.google.protobuf.ByteString;
import io.breakwater.client.core.Event;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.secret.Credentials;
import io.breakwater.proto.client.Reason;
import org.jspecify.annotations.Nullable;

/**
 * What a device asks about the devices of its user, one thing of each kind at a time, until it has
 * an answer. What is asked for is on the disk of the application; which request it was is not.
 */
final class DeviceRequests {
  private final World world;
  private final SimulatedDevice device;
  private final Dice dice;
  private @Nullable ByteString linkId;
  private @Nullable DeviceId target;

  /** The request of this life of the application that waits for its answer; 0: none. */
  private int linkRequest;

  private int revokeRequest;

  DeviceRequests(World world, SimulatedDevice device) {
    this.world = world;
    this.device = device;
    dice = world.dice.another();
  }

  /** Somebody wants a further device. */
  void link() {
    if (linkId == null) {
      linkId = ByteString.copyFrom(dice.bytes(16));
      world.trace(() -> device + " wants a further device");
      ask();
    }
  }

  /** Somebody wants this device of theirs signed out. */
  void revoke(DeviceId which) {
    if (target == null) {
      target = which;
      world.trace(() -> device + " wants device " + which + " signed out");
      world.oracle.devices.revokeAsked(new Oracle.Reader(device.user(), which));
      ask();
    }
  }

  boolean isIdle() {
    return linkId == null && target == null;
  }

  /** The application is started: it asks again for what it has no answer to. */
  void launched() {
    linkRequest = 0;
    revokeRequest = 0;
    ask();
  }

  /** The device was signed out: nobody is there to ask. */
  void giveUp() {
    linkId = null;
    target = null;
  }

  private void ask() {
    ByteString link = linkId;
    if (link != null && linkRequest == 0) {
      device.ask(
          (machine, nowMs) -> {
            world.oracle.devices.linkAsked(device.user(), link, expected(link).device());
            linkRequest = machine.link(link, nowMs);
          });
    }
    DeviceId which = target;
    if (which != null && revokeRequest == 0) {
      device.ask((machine, nowMs) -> revokeRequest = machine.revoke(which.value(), nowMs));
    }
  }

  private Credentials expected(ByteString link) {
    return world.mint.link(device.user(), link.toByteArray());
  }

  private void askLater() {
    world.time.in(world.healed ? 100 : dice.between(100L, 12_000L), this::ask);
  }

  void linked(Event.Linked linked) {
    ByteString link = linkId;
    if (link == null || linked.request() != linkRequest) {
      return;
    }
    linkRequest = 0;
    world.oracle.devices.linkAnswered(
        device.user(), link, new DeviceId(linked.credentials().device()));
    if (!world.healed && dice.chance(0.2)) {
      // It has the answer, and dies before the new device has it.
      askLater();
      return;
    }
    linkId = null;
    world.trace(() -> device + " has linked " + linked.credentials().device());
    world.addLinked(expected(link), linked.credentials(), linked.start());
  }

  void revoked(Event.Revoked revoked) {
    DeviceId which = target;
    if (which != null && revoked.request() == revokeRequest) {
      target = null;
      revokeRequest = 0;
      world.trace(() -> device + " has signed out " + which);
      world.oracle.devices.revoked(new Oracle.Reader(device.user(), which));
    }
  }

  void failed(Event.RequestFailed failed) {
    if (failed.request() == linkRequest) {
      linkRequest = 0;
      if (failed.reason() == Reason.TOO_MANY_DEVICES) {
        world.oracle.devices.tooMany(device.user());
        linkId = null;
      } else {
        checkMayFail(failed);
        askLater();
      }
    } else if (failed.request() == revokeRequest) {
      revokeRequest = 0;
      checkMayFail(failed);
      askLater();
    }
  }

  private void checkMayFail(Event.RequestFailed failed) {
    switch (failed.reason()) {
      case UNAVAILABLE, OVERLOADED, TIMED_OUT, UNAUTHENTICATED -> {}
      default ->
          throw world.violation(Promise.DEVICES, device + " was refused for good: " + failed);
    }
  }
}
