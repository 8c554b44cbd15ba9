package io.breakwater.gateway.tls;

import io.breakwater.common.secret.DailyKey;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * The keys of session tickets: one per UTC day, the same on every gateway of the cluster, so that
 * each of them resumes what another one began. Tickets are issued under the day's key; those of the
 * day before are accepted until midnight, and those of the day after because clocks differ.
 */
final class TicketKeys {
  private final DailyKey secret;
  private final InstantSource clock;

  TicketKeys(byte[] clusterSecret, InstantSource clock) {
    this.secret = new DailyKey(clusterSecret, "tls ticket");
    this.clock = clock;
  }

  /** Days since 1970, UTC. */
  long today() {
    return TimeUnit.MILLISECONDS.toDays(clock.millis());
  }

  /** The keys of a day: the first issues, all are accepted. */
  OpenSslSessionTicketKey[] of(long day) {
    return LongStream.of(day, day - 1, day + 1)
        .mapToObj(this::key)
        .toArray(OpenSslSessionTicketKey[]::new);
  }

  private OpenSslSessionTicketKey key(long day) {
    int name = OpenSslSessionTicketKey.NAME_SIZE;
    int hmac = name + OpenSslSessionTicketKey.HMAC_KEY_SIZE;
    int aes = hmac + OpenSslSessionTicketKey.AES_KEY_SIZE;
    byte[] all = secret.of(day, aes);
    return new OpenSslSessionTicketKey(
        Arrays.copyOf(all, name),
        Arrays.copyOfRange(all, name, hmac),
        Arrays.copyOfRange(all, hmac, aes));
  }
}
