package io.breakwater.loadtest.stack;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A gateway, or another server, that is a process which sleeps, and an admin port whose figures a
 * test makes. Nobody starts the process again.
 */
public final class FakeServer implements AutoCloseable {
  private final Process process;
  private final HttpServer admin;
  private final Server server;

  /**
   * @param data has its pid file
   * @param metrics what it says at each time that it is asked
   */
  public FakeServer(Path data, Supplier<String> metrics) throws IOException {
    this(Part.GATEWAY, "gateway-1", data, metrics);
  }

  /** Another one. */
  public FakeServer(Part part, String name, Path data, Supplier<String> metrics)
      throws IOException {
    InetAddress address = Ports.address(1);
    process = new ProcessBuilder("sleep", "300").start();
    admin = HttpServer.create(new InetSocketAddress(address, 0), 0);
    admin.createContext(
        "/metrics",
        exchange -> {
          byte[] body = metrics.get().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    admin.start();
    Path run = Files.createDirectories(data.resolve("run"));
    Files.writeString(run.resolve(name + ".pid"), process.pid() + "\n");
    Ports none = new Ports(0);
    int distance = part == Part.DELIVERY ? none.deliveryAdmin() : none.gatewayAdmin();
    Ports ports = new Ports(admin.getAddress().getPort() - distance);
    server = new Server(part, name, data, address, ports, ProcessHandle.current().pid());
  }

  /** To be used as if it were one of a stack. */
  public Server server() {
    return server;
  }

  /** Whether its process runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    admin.stop(0);
  }
}
