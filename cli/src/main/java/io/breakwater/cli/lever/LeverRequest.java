package io.breakwater.cli.lever;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * What a server is asked about its levers.
 *
 * @param method GET shows, POST moves
 * @param query {@code NAME}, {@code NAME=VALUE}, or nothing
 */
record LeverRequest(String method, String query) {
  private static final int NO_SUCH_LEVER = 404;
  private static final int TIMEOUT_MS = 2_000;
  private static final int MAX_ANSWER_BYTES = 1 << 20;

  /** What it says. */
  sealed interface Answer {
    /** Shown or done. */
    record Done(String text) implements Answer {}

    /** It has no lever of that name, but those that the text says. */
    record Unknown(String text) implements Answer {}

    /** Not done, and why. */
    record Failed(String why) implements Answer {}
  }

  static LeverRequest show(String name) {
    return new LeverRequest("GET", encoded(name));
  }

  static LeverRequest move(String name, String value) {
    return new LeverRequest("POST", encoded(name) + '=' + encoded(value));
  }

  private static String encoded(String text) {
    // A plus is a blank in forms only.
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * Asks; blocks for some seconds at most.
   *
   * @param admin {@code host:port}
   */
  Answer ask(String admin) {
    String page = "http://%s/levers%s".formatted(admin, query.isEmpty() ? "" : '?' + query);
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(page).toURL().openConnection();
      connection.setRequestMethod(method);
      connection.setRequestProperty("Breakwater-By", who());
      connection.setConnectTimeout(TIMEOUT_MS);
      connection.setReadTimeout(TIMEOUT_MS);
      int status = connection.getResponseCode();
      String text = read(status < 400 ? connection.getInputStream() : connection.getErrorStream());
      return switch (status) {
        case 200 -> new Answer.Done(text);
        case NO_SUCH_LEVER -> new Answer.Unknown(text);
        default -> new Answer.Failed(text);
      };
    } catch (IOException e) {
      return new Answer.Failed("no answer at %s (%s)".formatted(page, e.getMessage()));
    }
  }

  private static String read(InputStream body) throws IOException {
    try (body) {
      return new String(body.readNBytes(MAX_ANSWER_BYTES), StandardCharsets.UTF_8);
    }
  }

  /** For the log of the server, which takes no other characters. */
  private static String who() {
    String name = System.getProperty("user.name", "").replaceAll("[^A-Za-z0-9._@-]", "_");
    return name.isEmpty() ? "somebody" : name.substring(0, Math.min(name.length(), 64));
  }
}
