package io.breakwater.loadtest.chaos.faults;

import io.breakwater.loadtest.stack.Part;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Rare things that servers count, each from 0 at its start, or log. */
public enum Meter {
  /** A delivery node took over what a dead incarnation had left. */
  RECOVERY_RAN(Part.DELIVERY, "recoveries"),
  /** An entry that was journaled and not settled was taken over. */
  ENTRY_RECOVERED(Part.DELIVERY, "entries_recovered"),
  /** A message went to a home on another node. */
  FORWARD_HAPPENED(Part.DELIVERY, "forwards"),
  /** A send was known as a repetition by memory. */
  DUPLICATE_SEND(Part.DELIVERY, "sends_duplicate"),
  /** A send was known as a repetition by its origin row only. */
  DUPLICATE_BY_ROW(Part.DELIVERY, "sends_duplicate_stored"),
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
  /** A node found that others had taken its place, and ended: nobody can ask it any more. */
  SEAL_HIT(
      Part.DELIVERY,
      Pattern.compile("ending at once: incarnation \\S+ is (sealed|no member of view)")),
  /** A journal ended at a gap. */
  JOURNAL_CUT(Part.DELIVERY, "journal_cut");

  private final Part part;
  private final Optional<String> series;
  private final Optional<Pattern> line;

  Meter(Part part, String name) {
    this.part = part;
    series = Optional.of("breakwater_%s_%s_total".formatted(part, name));
    line = Optional.empty();
  }

  Meter(Part part, Pattern line) {
    this.part = part;
    series = Optional.empty();
    this.line = Optional.of(line);
  }

  /** Who counts it. */
  Part part() {
    return part;
  }

  /** As Prometheus names it; none of what is logged. */
  Optional<String> series() {
    return series;
  }

  /** The log has a line with this for each; none of what is metered. */
  Optional<Pattern> line() {
    return line;
  }

  /** As it stands in histories and reports. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
