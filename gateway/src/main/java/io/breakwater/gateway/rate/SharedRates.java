package io.breakwater.gateway.rate;

import io.breakwater.common.id.UserId;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/**
 * What addresses, accounts and devices have taken lately, at this gateway. Shared by its event
 * loops. Any thread; nothing waits.
 */
public final class SharedRates {
  /** Stands for an address that is not limited. */
  public static final long ANYWHERE = 0;

  /** Key of the addresses that would have that of {@link #ANYWHERE}; no other address has it. */
  private static final long ALL_ZEROS = -1;

  /** A token that is not good costs as much as so many hellos. */
  private static final int FORGERY_HELLOS = 5;

  /** The last of those who are told when to come back is told this, nanoseconds. */
  private static final long LONGEST_LINE_NANOS = 60_000_000_000L;

  /** Keeps the devices of an account apart: odd, and far from small (2^64 / golden ratio). */
  private static final long DEVICE_STEP = 0x9e3779b97f4a7c15L;

  private final LongAdder crowded = new LongAdder();

  /** Of tables that are made anew; whoever changes a rate, one at a time. */
  private final RandomGenerator random;

  private volatile RateLimits limits;

  /** By what they limit; none of those that are limited by connection. */
  private final AtomicReferenceArray<Buckets> tables = new AtomicReferenceArray<>(Limit.TABLES);

  /** When those who were refused may come: one after the other, as fast as they are let in. */
  private final AtomicReferenceArray<Buckets> lines = new AtomicReferenceArray<>(Limit.TABLES);

  /**
   * @param random makes the tables unpredictable
   */
  public SharedRates(RateLimits limits, RandomGenerator random) {
    this.limits = limits;
    this.random = random;
    for (Limit limit : Limit.values()) {
      makeTables(limit, limits);
    }
  }

  private void makeTables(Limit limit, RateLimits of) {
    if (limit.isShared()) {
      tables.set(limit.table(), table(of.of(limit), of.rows()));
    }
    if (limit == Limit.ADDRESS_HELLOS || limit == Limit.ADDRESS_SIGN_UPS) {
      lines.set(limit.table(), table(of.of(limit).filling(LONGEST_LINE_NANOS), of.rows()));
    }
  }

  private Buckets table(Rate rate, int rows) {
    return new Buckets(rate, rows, random.nextLong(), crowded);
  }

  private Buckets table(Limit limit) {
    return tables.get(limit.table());
  }

  /**
   * From now on this holds. Addresses, accounts and devices begin with full buckets; what a
   * connection owes of those that are its own it owes still, as time. One call at a time.
   */
  public void change(Limit limit, Rate rate) {
    RateLimits changed = limits.with(limit, rate);
    makeTables(limit, changed);
    limits = changed;
  }

  Rate rate(Limit limit) {
    return limits.of(limit);
  }

  /** Rows that were taken over from somebody who owed something still. */
  public long crowded() {
    return crowded.sum();
  }

  /**
   * What an address is known by: all of an IPv4 address, the first 64 bits of an IPv6 address,
   * since whoever has one of these has them all. Never {@link #ANYWHERE}: the addresses that begin
   * with nothing but zeros, as {@code ::1} does, are limited together.
   */
  public static long keyOf(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    long key =
        address instanceof Inet4Address ? Integer.toUnsignedLong(bytes.getInt()) : bytes.getLong();
    return key == ANYWHERE ? ALL_ZEROS : key;
  }

  private static long keyOf(UserId account) {
    return account.high() ^ account.low();
  }

  /** What a device is known by, whatever connection it has. */
  static long keyOf(UserId account, int device) {
    return keyOf(account) + device * DEVICE_STEP;
  }

  /** Whether a socket of this address may go on. */
  public boolean takeConnection(long address, long nowMs) {
    return address == ANYWHERE
        || table(Limit.ADDRESS_CONNECTIONS).take(address, 1, nanos(nowMs)) == 0;
  }

  /** 0, or nanoseconds after which this hello may be said again. */
  long takeHello(long address, long nowMs) {
    return address == ANYWHERE ? 0 : takeOrQueue(Limit.ADDRESS_HELLOS, address, nanos(nowMs));
  }

  /** 0, or nanoseconds after which this sign-up may be tried again. */
  long takeSignUp(long address, long nowMs) {
    return address == ANYWHERE ? 0 : takeOrQueue(Limit.ADDRESS_SIGN_UPS, address, nanos(nowMs));
  }

  private long takeOrQueue(Limit limit, long address, long now) {
    long wait = table(limit).take(address, 1, now);
    return wait == 0 ? 0 : Math.max(wait, lines.get(limit.table()).charge(address, 1, now));
  }

  void forged(long address, long nowMs) {
    if (address != ANYWHERE) {
      table(Limit.ADDRESS_HELLOS).charge(address, FORGERY_HELLOS - 1, nanos(nowMs));
    }
  }

  /** 0, or nanoseconds after which a device of this account may send again. */
  long takeSend(UserId account, long nowMs) {
    return table(Limit.ACCOUNT_SENDS).take(keyOf(account), 1, nanos(nowMs));
  }

  /** 0, or nanoseconds after which this device may send so many bytes; takes none. */
  long bytesWait(long device, int bytes, long nowMs) {
    return table(Limit.DEVICE_PAYLOAD_BYTES).waitNanos(device, bytes, nanos(nowMs));
  }

  void chargeBytes(long device, int bytes, long nowMs) {
    table(Limit.DEVICE_PAYLOAD_BYTES).charge(device, bytes, nanos(nowMs));
  }

  /** 0, or nanoseconds after which this device may send so many bytes. */
  long takeBytes(long device, int bytes, long nowMs) {
    return table(Limit.DEVICE_PAYLOAD_BYTES).take(device, bytes, nanos(nowMs));
  }

  /** 0, or nanoseconds after which this device may look somebody up. */
  long takeLookUp(long device, long nowMs) {
    return table(Limit.DEVICE_LOOK_UPS).take(device, 1, nanos(nowMs));
  }

  /** 0, or nanoseconds after which this device may link or sign out another. */
  long takeLink(long device, long nowMs) {
    return table(Limit.DEVICE_LINKS).take(device, 1, nanos(nowMs));
  }

  static long nanos(long ms) {
    return ms * 1_000_000;
  }
}
