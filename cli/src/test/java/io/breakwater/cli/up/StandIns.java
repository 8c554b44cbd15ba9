package io.breakwater.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;

/**
 * Makes a directory like the built project's, in which delivery and gateway only print their
 * environment and answer {@code /readyz}: what {@code up} knows of them. With {@code
 * STAND_IN_DELIVERY_STEALS} in the environment, delivery listens on that port, too.
 */
final class StandIns {
  private static final String SOURCE =
      """
      package io.breakwater.@module@;
      public final class @Module@Main {
        public static void main(String[] arguments) throws Exception {
          System.getenv().forEach((name, value) -> {
            if (name.startsWith("BREAKWATER_")) System.out.println(name + "=" + value);
          });
          String stolen = System.getenv("STAND_IN_@MODULE@_STEALS");
          if (stolen != null) {
            new java.net.ServerSocket(
                Integer.parseInt(stolen), 1, java.net.InetAddress.getLoopbackAddress());
          }
          String[] admin = System.getenv("BREAKWATER_@MODULE@_ADMIN").split(":");
          var server = com.sun.net.httpserver.HttpServer.create(
              new java.net.InetSocketAddress(admin[0], Integer.parseInt(admin[1])), 1);
          server.createContext("/readyz", exchange -> {
            exchange.getResponseHeaders().set(
                "Breakwater-Pid", Long.toString(ProcessHandle.current().pid()));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          });
          server.start();
        }
      }
      """;

  private StandIns() {}

  static void build(Path root) throws IOException {
    build(root, "delivery", "Delivery");
    build(root, "gateway", "Gateway");
  }

  private static void build(Path root, String module, String capital) throws IOException {
    Path target = Files.createDirectories(root.resolve(module).resolve("target"));
    Path source = target.resolve(capital + "Main.java");
    Files.writeString(
        source,
        SOURCE
            .replace("@module@", module)
            .replace("@Module@", capital)
            .replace("@MODULE@", module.toUpperCase(java.util.Locale.ROOT)));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", target.toString(), source.toString());
    assertThat(status).isZero();
    String entry = "io/breakwater/" + module + "/" + capital + "Main.class";
    try (JarOutputStream jar =
        new JarOutputStream(
            Files.newOutputStream(target.resolve("breakwater-" + module + "-1.jar")))) {
      jar.putNextEntry(new JarEntry(entry));
      jar.write(Files.readAllBytes(target.resolve(entry)));
      jar.closeEntry();
    }
  }

  /** From now on delivery's jar has no main class. */
  static void breakDelivery(Path root) throws IOException {
    Path jar = root.resolve("delivery/target/breakwater-delivery-1.jar");
    try (JarOutputStream empty = new JarOutputStream(Files.newOutputStream(jar))) {
      empty.putNextEntry(new JarEntry("nothing"));
      empty.closeEntry();
    }
  }
}
