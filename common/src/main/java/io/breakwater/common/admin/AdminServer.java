package io.breakwater.common.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /livez} (the process can still work), {@code /readyz} (it should be sent traffic; the body
 * says why not), {@code /metrics} (Prometheus text), and further pages. Trouble of a dependency is
 * no reason to restart a process, so it does not show in liveness. Each answer says whose it is:
 * {@code Breakwater-Pid} is the system's id of this process.
 *
 * <p>Each request has a virtual thread of its own, since the JDK's server waits in it for the rest
 * of the request and for the reader of the answer: a peer that stalls delays nobody else, and is
 * cut at a limit of time.
 */
public final class AdminServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AdminServer.class);

  /** Open at once; further ones are closed when they are accepted. */
  static final int CONNECTIONS = 256;

  /** From the first byte of a request to its last; seconds. Without a first byte it counts, too. */
  static final int REQUEST_S = 5;

  /** From the last byte of a request to the last of its answer; seconds. */
  static final int ANSWER_S = 10;

  /** How often it looks for connections without a first byte; milliseconds. */
  private static final int LOOK_MS = 1_000;

  private static final int BACKLOG = 128;

  static {
    // The JDK's server reads them once, when its class is loaded; it has no other way to be told.
    limit("jdk.httpserver.maxConnections", CONNECTIONS);
    limit("sun.net.httpserver.maxReqTime", REQUEST_S);
    limit("sun.net.httpserver.maxRspTime", ANSWER_S);
    limit("sun.net.httpserver.clockTick", LOOK_MS);
  }

  private static final String PID = Long.toString(ProcessHandle.current().pid());

  private final HttpServer server;
  private final ExecutorService executor;

  private AdminServer(HttpServer server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
  }

  /** Whoever started the process may have said otherwise. */
  private static void limit(String property, int value) {
    System.getProperties().putIfAbsent(property, Integer.toString(value));
  }

  /**
   * Starts listening.
   *
   * @param live asked on every request to {@code /livez}, by any thread
   * @param pages what this process has beside these three
   * @throws IOException if the address cannot be bound
   */
  public static AdminServer start(
      InetSocketAddress address,
      PrometheusMeterRegistry metrics,
      Readiness readiness,
      BooleanSupplier live,
      List<AdminPage> pages)
      throws IOException {
    HttpServer server = HttpServer.create(address, BACKLOG);
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
    pages.forEach(page -> server.createContext(page.path(), exchange -> show(page, exchange)));
    ExecutorService executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admin-", 0).factory());
    server.setExecutor(executor);
    server.start();
    return new AdminServer(server, executor);
  }

  private static void show(AdminPage page, HttpExchange exchange) throws IOException {
    Optional<String> query = Optional.ofNullable(exchange.getRequestURI().getQuery());
    if (exchange.getRequestMethod().equals("POST")) {
      act(page, query, exchange);
    } else {
      answer(exchange, () -> page.content().answer(query));
    }
  }

  private static void act(AdminPage page, Optional<String> query, HttpExchange exchange)
      throws IOException {
    if (page.action().isEmpty()) {
      exchange.getResponseHeaders().set("Allow", "GET");
      answer(exchange, 405, "POST: nothing to be done here (expected: GET)");
      return;
    }
    AdminPage.Action action = page.action().get();
    switch (Permit.of(request(exchange))) {
      case Permit.Granted(String by) -> answer(exchange, () -> action.carryOut(query, by));
      case Permit.Denied(String why) -> {
        log.debug("POST {} denied: {}", page.path(), why);
        answer(exchange, 403, "denied: " + why);
      }
    }
  }

  private static Permit.Request request(HttpExchange exchange) {
    Headers headers = exchange.getRequestHeaders();
    return new Permit.Request(
        exchange.getRemoteAddress().getAddress(),
        exchange.getLocalAddress().getAddress(),
        Optional.ofNullable(headers.getFirst(Permit.HEADER)),
        headers.containsKey("Origin") || headers.containsKey("Sec-Fetch-Site"));
  }

  private static void answer(HttpExchange exchange, Supplier<String> page) throws IOException {
    String text;
    int status = 200;
    try {
      text = page.get();
    } catch (IllegalArgumentException e) {
      text = String.valueOf(e.getMessage());
      status = 400;
    } catch (NoSuchElementException e) {
      text = String.valueOf(e.getMessage());
      status = 404;
    }
    answer(exchange, status, text);
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.getResponseHeaders().set("Breakwater-Pid", PID);
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
