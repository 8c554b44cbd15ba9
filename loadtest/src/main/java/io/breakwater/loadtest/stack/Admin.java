package io.breakwater.loadtest.stack;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Asks the admin port of a server. */
final class Admin {
  private static final int TIMEOUT_MS = 500;

  private Admin() {}

  /** The body of an answer with status 200. */
  static Optional<String> ask(InetSocketAddress address, String path) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create(
                      "http://%s:%d%s".formatted(address.getHostString(), address.getPort(), path))
                  .toURL()
                  .openConnection();
      connection.setConnectTimeout(TIMEOUT_MS);
      connection.setReadTimeout(4 * TIMEOUT_MS);
      if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
        connection.disconnect();
        return Optional.empty();
      }
      try (InputStream body = connection.getInputStream()) {
        return Optional.of(new String(body.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
