package io.breakwater.client.core;

import io.breakwater.proto.client.Cursor;

/**
 * A cursor: everything in the mailbox up to and including this entry is stored.
 *
 * @param entryId unsigned; 0 before the first entry
 * @param timeMs when the server took that entry, milliseconds since 1970; 0 if unknown
 */
public record Position(long entryId, long timeMs) {
  /** Before the first entry. */
  public static final Position START = new Position(0, 0);

  static Position of(Cursor cursor) {
    return new Position(cursor.getEntryId(), cursor.getTimeMs());
  }

  Cursor toCursor() {
    return Cursor.newBuilder().setEntryId(entryId).setTimeMs(timeMs).build();
  }

  /** Whether an entry is later than this. */
  boolean isBefore(long otherEntryId) {
    return Long.compareUnsigned(entryId, otherEntryId) < 0;
  }
}
