package io.breakwater.loadtest.chaos.payload;

/**
 * Which send of a campaign a payload belongs to; as text {@code 3.1>2-3#17}.
 *
 * @param sender the device that wrote it
 * @param conversation where it was written
 * @param sequence counts up from 1 per sender and conversation
 */
public record Identity(Device sender, Conversation conversation, long sequence) {
  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Identity parse(String text) {
    int to = text.indexOf('>');
    int number = text.indexOf('#', to + 1);
    if (to < 0 || number < 0) {
      throw new IllegalArgumentException(
          "identity: %s (expected: DEVICE>CONVERSATION#SEQUENCE)".formatted(text));
    }
    return new Identity(
        Device.parse(text.substring(0, to)),
        Conversation.parse(text.substring(to + 1, number)),
        Long.parseLong(text, number + 1, text.length(), 10));
  }

  @Override
  public String toString() {
    return sender + ">" + conversation + "#" + sequence;
  }
}
