package io.breakwater.loadtest.wire;

import io.breakwater.proto.client.ServerFrame;

/** What came from a server, or did not. */
sealed interface Heard {
  /** A frame. */
  record Frame(ServerFrame frame) implements Heard {
    /** Its kind only: frames hold tokens and payloads. */
    @Override
    public String toString() {
      return switch (frame.getBodyCase()) {
        case ERROR ->
            "Error %s, return_after %d ms, request %d: %s"
                .formatted(
                    frame.getError().getReason(),
                    frame.getError().getReturnAfterMs(),
                    frame.getError().getRequest(),
                    frame.getError().getDetail());
        case SEND_REFUSED ->
            "SendRefused %s of %d, return_after %d ms%s"
                .formatted(
                    frame.getSendRefused().getReason(),
                    frame.getSendRefused().getClientId(),
                    frame.getSendRefused().getReturnAfterMs(),
                    frame.getSendRefused().getFinal() ? ", final" : "");
        default -> frame.getBodyCase().toString();
      };
    }
  }

  /** The server has closed the connection. */
  record Closed() implements Heard {
    @Override
    public String toString() {
      return "end of the connection";
    }
  }

  /** Nothing within the time. */
  record Silence() implements Heard {
    @Override
    public String toString() {
      return "silence";
    }
  }
}
