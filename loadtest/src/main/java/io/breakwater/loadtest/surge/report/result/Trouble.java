package io.breakwater.loadtest.surge.report.result;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Something that makes a run void, whatever its figures are.
 *
 * @param text a sentence
 */
public record Trouble(Kind kind, String text) {
  /** What it spoils. */
  public enum Kind {
    /** The run was not what the scenario says. It explains no message that went astray. */
    RUN,
    /** Facts are missing, so that a message may have arrived though the ledger says otherwise. */
    FACTS;

    /** In files. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Of {@link Kind#RUN}. */
  public static Trouble ofRun(String text) {
    return new Trouble(Kind.RUN, text);
  }

  /** Of {@link Kind#FACTS}. */
  public static Trouble ofFacts(String text) {
    return new Trouble(Kind.FACTS, text);
  }
}
