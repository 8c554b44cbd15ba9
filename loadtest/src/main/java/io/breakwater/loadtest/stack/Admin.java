package io.breakwater.loadtest.stack;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/** Asks the admin port of a server. */
final class Admin {
  private static final int TIMEOUT_MS = 500;

  private Admin() {}

  /** The time that a server gives with its answer. */
  static Optional<Instant> time(InetSocketAddress address) {
    try {
      HttpURLConnection connection = connect(address, "/livez");
      long ms = connection.getHeaderFieldDate("Date", 0);
      connection.disconnect();
      return ms == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(ms));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static HttpURLConnection connect(InetSocketAddress address, String path)
      throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://%s:%d%s".formatted(address.getHostString(), address.getPort(), path))
                .toURL()
                .openConnection();
    connection.setConnectTimeout(TIMEOUT_MS);
    connection.setReadTimeout(4 * TIMEOUT_MS);
    return connection;
  }

  /** The body of an answer with status 200. */
  static Optional<String> ask(InetSocketAddress address, String path) {
    return answer(address, path)
        .filter(each -> each.status == HttpURLConnection.HTTP_OK)
        .map(Answer::body);
  }

  /** The body of an answer with any status; empty if there is none. */
  static String body(InetSocketAddress address, String path) {
    return answer(address, path).map(Answer::body).orElse("");
  }

  private record Answer(int status, String body) {}

  private static Optional<Answer> answer(InetSocketAddress address, String path) {
    try {
      HttpURLConnection connection = connect(address, path);
      int status = connection.getResponseCode();
      try (InputStream body =
          status < HttpURLConnection.HTTP_BAD_REQUEST
              ? connection.getInputStream()
              : connection.getErrorStream()) {
        return Optional.of(
            new Answer(
                status,
                body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8)));
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
