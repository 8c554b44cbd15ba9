package io.breakwater.delivery.credit;

/** The priority classes of frames (DESIGN.md section 8), by the numbers that travel on trunks. */
public final class Priority {
  /** Acknowledgements, heartbeats, control: never held back. */
  public static final int CONTROL = 0;

  /** Messages. */
  public static final int SEND = 1;

  /** Sessions that attach. */
  public static final int RESUME = 2;

  /** First pages of what a device missed. */
  public static final int FIRST_SYNC = 3;

  /** Receipts, typing, presence. */
  public static final int EPHEMERAL = 4;

  /** Look-ups, history. */
  public static final int LOOK_UP = 5;

  /** Sign-ups, and links of devices. */
  public static final int SIGN_UP = 6;

  /** What nobody waits for. */
  public static final int BACKGROUND = 7;

  /** How many there are. */
  public static final int COUNT = 8;

  private Priority() {}

  /** What a gateway says; a class that is not known here comes last. */
  public static int of(int number) {
    return number >= 0 && number < COUNT ? number : BACKGROUND;
  }
}
