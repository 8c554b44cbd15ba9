package io.breakwater.cli.supervise;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks a service whether it can be used; blocks for about a second at most. */
@FunctionalInterface
public interface Probe {
  /** What a service answers. */
  sealed interface Answer {
    /** It can be used. */
    record Ready() implements Answer {}

    /**
     * It cannot.
     *
     * @param why in its words, or why it cannot be asked
     */
    record NotReady(String why) implements Answer {}

    /**
     * Something else answers in its place.
     *
     * @param line what it is and what to do
     */
    record Stranger(String line) implements Answer {}
  }

  /**
   * Asks now.
   *
   * @param pid of the process that is to answer
   */
  Answer ask(long pid);

  /**
   * Asks {@code /readyz} of an admin port. An answer of another process does not count: it may have
   * the port for a moment, and ours ends when it cannot bind it.
   */
  static Probe readyz(InetSocketAddress admin) {
    return pid -> readyzNow(admin, pid, Duration.ofMillis(500));
  }

  private static Answer readyzNow(InetSocketAddress admin, long pid, Duration timeout) {
    URI uri = URI.create("http://%s:%d/readyz".formatted(admin.getHostString(), admin.getPort()));
    try {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setConnectTimeout((int) timeout.toMillis());
      connection.setReadTimeout((int) timeout.toMillis());
      int status = connection.getResponseCode();
      String answered = connection.getHeaderField("Breakwater-Pid");
      if (!Long.toString(pid).equals(answered)) {
        connection.disconnect();
        return new Answer.NotReady(
            "%s is answered by %s (expected: pid %d)"
                .formatted(uri, answered == null ? "something else" : "pid " + answered, pid));
      }
      if (status == 200) {
        connection.disconnect();
        return new Answer.Ready();
      }
      try (InputStream body = connection.getErrorStream()) {
        String why = body == null ? "" : new String(body.readNBytes(300), StandardCharsets.UTF_8);
        return new Answer.NotReady(why.isBlank() ? "status " + status : why.strip());
      }
    } catch (IOException e) {
      return new Answer.NotReady("no answer at " + uri);
    }
  }
}
