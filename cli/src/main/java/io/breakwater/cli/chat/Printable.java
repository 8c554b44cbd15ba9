package io.breakwater.cli.chat;

/** Text from others, safe to show on a terminal. */
final class Printable {
  private Printable() {}

  /** With control characters, which could move the cursor or worse, replaced. */
  static String of(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .map(point -> Character.isISOControl(point) && point != '\t' ? '\ufffd' : point)
        .forEach(shown::appendCodePoint);
    return shown.toString();
  }
}
