package io.breakwater.loadtest.chaos.history;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Facts in their order, which can be gone through more than once. */
public interface History {
  /** How far somebody got. */
  sealed interface Replay {
    /** Through all of it. */
    record Whole() implements Replay {}

    /** Up to a line that cannot be read; the message names it. */
    record CutShort(String why) implements Replay {}
  }

  /** Gives all facts that can be read, one at a time. */
  Replay replay(Consumer<? super Fact> reader) throws IOException;

  /** That of a file; no more than one line of it is in memory. */
  static History in(Path file) {
    return new HistoryFile(file);
  }

  /** A fact as it stands in a file. */
  static JsonNode json(Fact fact) {
    return Lines.tree(fact);
  }

  /** These facts. */
  static History of(List<Fact> facts) {
    return reader -> {
      facts.forEach(reader);
      return new Replay.Whole();
    };
  }
}
