package io.breakwater.loadtest.surge.scenario.model;

/**
 * Who talks with whom. Users are numbers from 0; conversations are numbers from 0, too, and those
 * that follow each other have different first members. The same whatever process asks.
 *
 * @param writers how many users there are who write first
 * @param readers how many they write to
 * @param areSame whether both are one population: then everybody is in about {@code partners}
 *     conversations
 * @param partners of each writer
 */
public record Conversations(long writers, long readers, boolean areSame, int partners) {
  /** How many there are, at least 1. */
  public long count() {
    if (!areSame) {
      return writers * Math.min(partners, readers);
    }
    // Each is between two of them; nobody has two with the same one.
    long most = writers * (writers - 1) / 2;
    return Math.max(1, Math.min(most, (writers * partners + 1) / 2));
  }

  /** Who writes what is no answer. */
  public long writer(long conversation) {
    return conversation % writers;
  }

  /** Who is written to; another one than the writer unless there is only one user. */
  public long reader(long conversation) {
    long round = conversation / writers;
    return areSame
        ? (writer(conversation) + 1 + round) % writers
        : (writer(conversation) * Math.min(partners, readers) + round) % readers;
  }
}
