package io.breakwater.gateway.connection;

import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.CredentialMint;
import org.jspecify.annotations.Nullable;

/**
 * Tells users of this cluster from made-up ids, at every send. The keyed tag of an id that was
 * found to be ours is not computed again while its place is not taken by another one: people write
 * to the same few people. Confined to an event loop.
 */
public final class Recipients {
  /** A power of two: 64 KiB of places, and at most 32 bytes for each that is taken. */
  private static final int PLACES = 1 << 14;

  private final CredentialMint mint;
  private final @Nullable UserId[] ours = new UserId[PLACES];

  /** Knows nobody yet. */
  public Recipients(CredentialMint mint) {
    this.mint = mint;
  }

  /** Whether this cluster made the id. */
  boolean isOurs(UserId user) {
    int place = (int) (user.high() ^ user.high() >>> 32) & (PLACES - 1);
    if (user.equals(ours[place])) {
      return true;
    }
    boolean isOurs = mint.isOurs(user);
    if (isOurs) {
      ours[place] = user;
    }
    return isOurs;
  }
}
