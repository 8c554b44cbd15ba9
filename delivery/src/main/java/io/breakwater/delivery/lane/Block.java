package io.breakwater.delivery.lane;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One journal row of this lane: open, then in flight, then written, then published. */
final class Block {
  static final long NOT_YET = Long.MAX_VALUE;

  final List<TailEntry> entries = new ArrayList<>();
  int bytes;
  long seq = -1;
  long timestampUs;

  /** Kept until written: an attempt of unknown outcome is repeated with the same bytes. */
  @Nullable ByteBuffer encoded;

  long closedAtMono;
  long answeredAtMono = NOT_YET;
  long retryAtMono = NOT_YET;
  boolean published;
  int unsettled;

  boolean isWritten() {
    return answeredAtMono != NOT_YET;
  }
}
