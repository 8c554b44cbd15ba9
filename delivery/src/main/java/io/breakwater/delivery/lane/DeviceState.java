package io.breakwater.delivery.lane;

import io.breakwater.common.id.DeviceId;
import io.breakwater.common.secret.SecretHash;
import io.breakwater.storage.AccountStore.Device;
import org.jspecify.annotations.Nullable;

/** A device of a mailbox's user. */
final class DeviceState {
  final DeviceId id;
  final SecretHash token;

  /** Its mailbox begins after this entry. */
  final long since;

  boolean revoked;

  /** Everything up to this entry is stored by the device, as far as is known. */
  long acked;

  @Nullable Session session;

  /** A read found no row after the first that is not after the second. */
  private long noRowsAfter;

  private long noRowsTo = Long.MIN_VALUE;

  DeviceState(Device row) {
    id = row.id();
    token = row.token();
    since = row.sinceEntryId();
    revoked = row.revoked();
    acked = since;
  }

  /** There is a row now that earlier reads may have missed. */
  void stored(long entryId) {
    noRowsAfter = Math.max(noRowsAfter, entryId);
    if (session != null && session.page != null) {
      session.page.stored(entryId);
    }
  }

  /** A read of all that was stored up to {@code storedTo} ended with this row. */
  void caughtUp(long lastRow, long storedTo) {
    noRowsAfter = lastRow;
    noRowsTo = storedTo;
  }

  /**
   * Whether a session at this position has to read storage, in which there is nothing after {@code
   * storedTo}.
   */
  boolean mayHaveRowsAfter(long position, long storedTo) {
    return position < storedTo && (position < noRowsAfter || storedTo > noRowsTo);
  }

  Device row() {
    return new Device(id, token, since, revoked);
  }
}
