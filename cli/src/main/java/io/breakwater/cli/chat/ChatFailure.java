package io.breakwater.cli.chat;

/** What ends a chat: one line for the person at the terminal, what is wrong and what to do. */
final class ChatFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  ChatFailure(String message) {
    super(message);
  }

  ChatFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
