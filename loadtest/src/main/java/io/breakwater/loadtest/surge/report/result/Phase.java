package io.breakwater.loadtest.surge.report.result;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a user waits for; each measured apart. Named as in scenarios. */
public enum Phase {
  SIGN_UP("sign-up", "intended time until the account exists, the wait in line included"),
  CONNECT("connect", "intended time until the session is open"),
  RESUME("resume", "a connection broke until the session goes on over the next one"),
  SEND_TO_ACCEPTED("send → accepted", "intended time until it is accepted, all attempts included"),
  ACCEPTED_TO_DELIVERED("accepted → delivered", "accepted until the recipient has it"),
  SEND_TO_DELIVERED("send → delivered", "both: intended time until a recipient online has it"),
  SYNC("sync", "the session is open until all that was missed is there");

  private final String title;
  private final String explanation;

  Phase(String title, String explanation) {
    this.title = title;
    this.explanation = explanation;
  }

  /** In files. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** For people, short. */
  public String title() {
    return title;
  }

  /** For people: from when until when. */
  public String explanation() {
    return explanation;
  }
}
