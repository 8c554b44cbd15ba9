package io.breakwater.gateway.rate;

import io.breakwater.common.id.UserId;
import io.breakwater.proto.client.ClientFrame;
import java.util.Arrays;
import java.util.Optional;

/**
 * What one connection has taken lately. Confined to the connection's event loop. Its buckets are
 * full when it begins: who connects anew to have them full again pays with a hello, and his
 * account's bucket is not filled by that.
 */
public final class ConnectionRates {
  private final SharedRates shared;
  private long address = SharedRates.ANYWHERE;

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

  /**
   * Takes what a frame costs.
   *
   * @param user who sent it; anybody before Hello
   * @return empty if it may go on; otherwise nothing was taken, but for the frame itself
   */
  public Optional<Excess> take(ClientFrame frame, UserId user, long nowMs) {
    Optional<Excess> flood = takeFrame(nowMs);
    if (flood.isPresent()) {
      return flood;
    }
    return switch (frame.getBodyCase()) {
      case HELLO -> excess(Limit.ADDRESS_HELLOS, shared.takeHello(address, nowMs));
      case SIGN_UP -> excess(Limit.ADDRESS_SIGN_UPS, shared.takeSignUp(address, nowMs));
      case SEND -> takeSend(frame.getSend().getPayload().size(), user, nowMs);
      case LOOK_UP -> take(Limit.DEVICE_LOOK_UPS, nowMs);
      case LINK_DEVICE, REVOKE_DEVICE -> take(Limit.DEVICE_LINKS, nowMs);
      case PING -> take(Limit.DEVICE_PINGS, nowMs);
      case SYNC -> takeSync(nowMs);
      // An acknowledgement is cheap, and makes room.
      case ACK, BODY_NOT_SET -> Optional.empty();
    };
  }

  /** Takes what anything costs that comes from the client, a part of a frame too. */
  public Optional<Excess> takeFrame(long nowMs) {
    return take(Limit.DEVICE_FRAMES, nowMs);
  }

  /** Takes what a Sync costs: for one that had to wait. */
  public Optional<Excess> takeSync(long nowMs) {
    return take(Limit.DEVICE_SYNCS, nowMs);
  }

  /** The token of this connection is not good. */
  public void forged(long nowMs) {
    shared.forged(address, nowMs);
  }

  private Optional<Excess> takeSend(int payloadBytes, UserId user, long nowMs) {
    long wait = waitNanos(Limit.DEVICE_SENDS, 1, nowMs);
    if (wait > 0) {
      return excess(Limit.DEVICE_SENDS, wait);
    }
    wait = waitNanos(Limit.DEVICE_PAYLOAD_BYTES, payloadBytes, nowMs);
    if (wait > 0) {
      return excess(Limit.DEVICE_PAYLOAD_BYTES, wait);
    }
    wait = shared.takeSend(user, nowMs);
    if (wait == 0) {
      spend(Limit.DEVICE_SENDS, 1, nowMs);
      spend(Limit.DEVICE_PAYLOAD_BYTES, payloadBytes, nowMs);
    }
    return excess(Limit.ACCOUNT_SENDS, wait);
  }

  private Optional<Excess> take(Limit limit, long nowMs) {
    long wait = waitNanos(limit, 1, nowMs);
    if (wait == 0) {
      spend(limit, 1, nowMs);
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
