package io.breakwater.gateway.rate;

import io.breakwater.common.id.UserId;
import io.breakwater.proto.client.ClientFrame;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has taken lately. Confined to the connection's event loop. Its own buckets
 * are full when it begins: who connects anew to have them full again pays with a hello. What costs
 * others is in buckets of its device, its account and its address, which are not filled by that.
 */
public final class ConnectionRates {
  /** A frame of this size costs as much as two. */
  private static final int FRAME_BYTES = 4 * 1024;

  /** More than a frame has that is no Send, if it is honest. */
  private static final int SMALL_BYTES = 1024;

  private final SharedRates shared;
  private long address = SharedRates.ANYWHERE;

  /** Whose it is; none before Hello. */
  private @Nullable UserId account;

  private long device;

  /** States of buckets; {@link Limit} numbers them. */
  private final long[] buckets = new long[Limit.OF_A_CONNECTION];

  /** Of an address that is not limited, until it is known. */
  public ConnectionRates(SharedRates shared) {
    this.shared = shared;
    Arrays.fill(buckets, Rate.FULL);
  }

  /** The address is known now; {@link SharedRates#ANYWHERE}: it is not limited. */
  public void comesFrom(long key) {
    address = key;
  }

  /** The client has proved which device it is. */
  public void belongsTo(UserId user, int number) {
    account = user;
    device = SharedRates.keyOf(user, number);
  }

  /**
   * Takes what a frame costs.
   *
   * @param bytes of the frame on the wire
   * @return empty if it may go on; otherwise nothing was taken, but for the frame itself and its
   *     size
   */
  public Optional<Excess> take(ClientFrame frame, int bytes, long nowMs) {
    Optional<Excess> flood = takeFrame(bytes, nowMs);
    if (flood.isPresent()) {
      return flood;
    }
    if (account == null) {
      // Such a frame is small, and its kind limited by address.
      return takeKind(frame, nowMs);
    }
    if (frame.hasSend()) {
      return takeSend(bytes, account, nowMs);
    }
    Optional<Excess> large = takeSize(bytes, nowMs);
    return large.isPresent() ? large : takeKind(frame, nowMs);
  }

  private Optional<Excess> takeKind(ClientFrame frame, long nowMs) {
    return switch (frame.getBodyCase()) {
      case HELLO -> excess(Limit.ADDRESS_HELLOS, shared.takeHello(address, nowMs));
      case SIGN_UP -> excess(Limit.ADDRESS_SIGN_UPS, shared.takeSignUp(address, nowMs));
      case LOOK_UP -> excess(Limit.DEVICE_LOOK_UPS, shared.takeLookUp(device, nowMs));
      case LINK_DEVICE, REVOKE_DEVICE -> excess(Limit.DEVICE_LINKS, shared.takeLink(device, nowMs));
      case PING -> take(Limit.DEVICE_PINGS, 1, nowMs);
      case SYNC -> takeSync(nowMs);
      // An acknowledgement is cheap, and makes room.
      case ACK, SEND, BODY_NOT_SET -> Optional.empty();
    };
  }

  /** Takes what any frame costs: once more for each further 4 KiB, since it is read and parsed. */
  public Optional<Excess> takeFrame(int bytes, long nowMs) {
    return take(Limit.DEVICE_FRAMES, 1 + bytes / FRAME_BYTES, nowMs);
  }

  /** Takes what a part of a frame costs, or something that is none. */
  public Optional<Excess> takeSign(long nowMs) {
    return take(Limit.DEVICE_FRAMES, 1, nowMs);
  }

  /** Takes what a frame has beyond a size that other frames than a Send do not need. */
  private Optional<Excess> takeSize(int bytes, long nowMs) {
    return bytes <= SMALL_BYTES
        ? Optional.empty()
        : excess(Limit.DEVICE_PAYLOAD_BYTES, shared.takeBytes(device, bytes - SMALL_BYTES, nowMs));
  }

  /** Takes what a Sync costs: for one that had to wait. */
  public Optional<Excess> takeSync(long nowMs) {
    return take(Limit.DEVICE_SYNCS, 1, nowMs);
  }

  /** The token of this connection is not good. */
  public void forged(long nowMs) {
    shared.forged(address, nowMs);
  }

  private Optional<Excess> takeSend(int bytes, UserId user, long nowMs) {
    long wait = waitNanos(Limit.DEVICE_SENDS, 1, nowMs);
    if (wait > 0) {
      return excess(Limit.DEVICE_SENDS, wait);
    }
    wait = shared.bytesWait(device, bytes, nowMs);
    if (wait > 0) {
      return excess(Limit.DEVICE_PAYLOAD_BYTES, wait);
    }
    wait = shared.takeSend(user, nowMs);
    if (wait == 0) {
      spend(Limit.DEVICE_SENDS, 1, nowMs);
      shared.chargeBytes(device, bytes, nowMs);
    }
    return excess(Limit.ACCOUNT_SENDS, wait);
  }

  private Optional<Excess> take(Limit limit, long tokens, long nowMs) {
    long wait = waitNanos(limit, tokens, nowMs);
    if (wait == 0) {
      spend(limit, tokens, nowMs);
    }
    return excess(limit, wait);
  }

  private long waitNanos(Limit limit, long tokens, long nowMs) {
    return shared.rate(limit).waitNanos(buckets[limit.bucket], tokens, SharedRates.nanos(nowMs));
  }

  private void spend(Limit limit, long tokens, long nowMs) {
    buckets[limit.bucket] =
        shared.rate(limit).spend(buckets[limit.bucket], tokens, SharedRates.nanos(nowMs));
  }

  private static Optional<Excess> excess(Limit limit, long waitNanos) {
    return waitNanos == 0 ? Optional.empty() : Optional.of(Excess.of(limit, waitNanos));
  }
}
