package io.breakwater.gateway.trunk;

/** Told what can be reached; any event loop. */
public interface TrunkWatch {
  /** What one event loop has come to, and what it was at before. */
  void reached(Reach before, Reach now);

  /** An attempt at a trunk did not open it, or it was lost; {@code why} names the node. */
  void trunkFailed(String why);

  /**
   * What the trunks of an event loop reach.
   *
   * @param open open trunks
   * @param members how many of them lead to members of the view
   * @param view number of the newest view; 0: none is known
   */
  record Reach(int open, int members, long view) {
    static final Reach NOTHING = new Reach(0, 0, 0);
  }
}
