package io.breakwater.common.priority;

/** The priority classes of frames (DESIGN.md section 8); lower numbers come first. */
public enum Priority {
  /** Acknowledgements, heartbeats, control: never held back. */
  CONTROL(0),

  /** Messages. */
  SEND(1),

  /** Sessions that attach. */
  RESUME(2),

  /** First pages of what a device missed. */
  FIRST_SYNC(3),

  /** Receipts, typing, presence. */
  EPHEMERAL(4),

  /** Look-ups, history. */
  LOOK_UP(5),

  /** Sign-ups, and links of devices. */
  SIGN_UP(6),

  /** What nobody waits for. */
  BACKGROUND(7);

  private static final Priority[] BY_NUMBER = values();

  /** How many there are; their numbers are 0 to one less. */
  public static final int COUNT = BY_NUMBER.length;

  /** What travels on trunks, and stands in metrics. */
  public final int number;

  Priority(int number) {
    this.number = number;
  }

  /** What a frame says; a class that is not known here comes last. */
  public static Priority of(int number) {
    return number >= 0 && number < COUNT ? BY_NUMBER[number] : BACKGROUND;
  }
}
