package io.breakwater.loadtest.chaos.faults;

import io.breakwater.loadtest.stack.Part;
import java.util.Locale;

/** Rare things that servers count, each from 0 at its start. */
public enum Meter {
  /** A delivery node took over what a dead incarnation had left. */
  RECOVERY_RAN(Part.DELIVERY, "recoveries"),
  /** An entry that was journaled and not settled was taken over. */
  ENTRY_RECOVERED(Part.DELIVERY, "entries_recovered"),
  /** A message went to a home on another node. */
  FORWARD_HAPPENED(Part.DELIVERY, "forwards"),
  /** A send was known as a repetition. */
  DUPLICATE_SEND(Part.DELIVERY, "sends_duplicate"),
  /** Whether a send is a repetition was looked up in the origin rows. */
  ORIGIN_LOOKED_UP(Part.DELIVERY, "reads_origins"),
  /** A session that was behind was fed from rows. */
  MAILBOX_READ(Part.DELIVERY, "reads_mailbox"),
  /** A session was fed again, since it had not acknowledged. */
  SESSION_REDELIVERED(Part.DELIVERY, "sessions_redelivered"),
  /** A client was told to send again. */
  REATTACHED(Part.GATEWAY, "reattaches"),
  /** A newer connection of a device took the place of an older one. */
  DISPLACED(Part.GATEWAY, "displaced"),
  /** A shard was released to another node in good order. */
  HANDOFF_RAN(Part.DELIVERY, "handoffs"),
  /** A node met its own seal. */
  SEAL_HIT(Part.DELIVERY, "seals"),
  /** A journal ended at a gap. */
  JOURNAL_CUT(Part.DELIVERY, "journal_cut");

  private final Part part;
  private final String series;

  Meter(Part part, String name) {
    this.part = part;
    series = "breakwater_%s_%s_total".formatted(part, name);
  }

  /** Who counts it. */
  Part part() {
    return part;
  }

  /** As Prometheus names it. */
  String series() {
    return series;
  }

  /** As it stands in histories and reports. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
