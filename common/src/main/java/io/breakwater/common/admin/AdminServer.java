package io.breakwater.common.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * {@code /livez} (the process can still work), {@code /readyz} (it should be sent traffic; the body
 * says why not) and {@code /metrics} (Prometheus text). Trouble of a dependency is no reason to
 * restart a process, so it does not show in liveness.
 */
public final class AdminServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService executor;

  private AdminServer(HttpServer server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
  }

  /**
   * Starts listening.
   *
   * @param live asked on every request to {@code /livez}
   * @throws IOException if the address cannot be bound
   */
  public static AdminServer start(
      InetSocketAddress address,
      PrometheusMeterRegistry metrics,
      Readiness readiness,
      BooleanSupplier live)
      throws IOException {
    HttpServer server = HttpServer.create(address, 16);
    server.createContext(
        "/livez",
        exchange -> {
          boolean alive = live.getAsBoolean();
          answer(exchange, alive ? 200 : 503, alive ? "live" : "stuck");
        });
    server.createContext(
        "/readyz",
        exchange -> answer(exchange, readiness.isReady() ? 200 : 503, readiness.toString()));
    server.createContext("/metrics", exchange -> answer(exchange, 200, metrics.scrape()));
    ExecutorService executor =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().name("admin").daemon().factory());
    server.setExecutor(executor);
    server.start();
    return new AdminServer(server, executor);
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** The port that was bound. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdown();
  }
}
