package io.breakwater.gateway.line;

/** What becomes of a sign-up that wants to wait. */
public sealed interface Admission {
  /** It has a place. */
  record Admitted(Waiting place) implements Admission {}

  /**
   * It has a place, and since the room is full, who came last has none any more.
   *
   * @param givesWay the connection that had it
   */
  record Preferred(Waiting place, long givesWay) implements Admission {}

  /** The room is full of those who came earlier. */
  record Full() implements Admission {}
}
