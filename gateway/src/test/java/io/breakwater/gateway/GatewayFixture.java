package io.breakwater.gateway;

import io.breakwater.common.secret.CredentialMint;
import io.breakwater.common.secret.Credentials;
import io.breakwater.gateway.home.Homes;
import io.breakwater.gateway.home.View;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A gateway on real sockets, its scripted delivery nodes, which are members of a view from the
 * start, and a clock that the test moves.
 */
final class GatewayFixture {
  static final byte[] SECRET = HexFormat.of().parseHex("5a".repeat(32));

  final CredentialMint mint = new CredentialMint(SECRET);
  final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  final AtomicLong wallMs;
  final AtomicLong nowMs = new AtomicLong(1_000_000);
  final List<ScriptedDelivery> nodes = new ArrayList<>();

  /** The only one, or the first. */
  final ScriptedDelivery delivery;

  final GatewayServer gateway;
  private final Homes homes = new Homes();

  GatewayFixture(Path directory, Map<String, String> overrides) throws Exception {
    this(directory, 1, overrides, ScriptedDelivery.SERVER_TIME_MS, Optional.empty());
  }

  GatewayFixture(Path directory, Map<String, String> overrides, SslContext trunks)
      throws Exception {
    this(directory, 1, overrides, ScriptedDelivery.SERVER_TIME_MS, Optional.of(trunks));
  }

  GatewayFixture(Path directory, int nodeCount, Map<String, String> overrides) throws Exception {
    this(directory, nodeCount, overrides, ScriptedDelivery.SERVER_TIME_MS, Optional.empty());
  }

  GatewayFixture(Path directory, Map<String, String> overrides, long wallMs) throws Exception {
    this(directory, 1, overrides, wallMs, Optional.empty());
  }

  private GatewayFixture(
      Path directory,
      int nodeCount,
      Map<String, String> overrides,
      long wallMs,
      Optional<SslContext> trunks)
      throws Exception {
    this.wallMs = new AtomicLong(wallMs);
    for (int i = 0; i < nodeCount; i++) {
      nodes.add(new ScriptedDelivery(trunks));
    }
    delivery = nodes.getFirst();
    io.breakwater.proto.trunk.View view = decided(1, nodes.toArray(ScriptedDelivery[]::new));
    nodes.forEach(node -> node.knows(view));
    Path secret = directory.resolve("secret");
    Files.writeString(secret, HexFormat.of().formatHex(SECRET));
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    Map<String, String> values = new HashMap<>();
    values.put("breakwater.cluster.secret-file", secret.toString());
    values.put("breakwater.gateway.listen", host + ":0");
    values.put("breakwater.gateway.admin", host + ":0");
    values.put(
        "breakwater.gateway.delivery",
        nodes.stream().map(node -> host + ':' + node.port()).collect(Collectors.joining(",")));
    values.put("breakwater.gateway.event-loops", "2");
    values.put("breakwater.gateway.sweep-ms", "10");
    values.put("breakwater.gateway.drain-grace-ms", "100");
    values.put("breakwater.gateway.linger-ms", "500");
    values.put("breakwater.gateway.accept.ramp-ms", "0");
    values.put("breakwater.gateway.warm-up-ms", "0");
    values.putAll(overrides);
    GatewayConfig config = GatewayConfig.from(values);
    gateway = start(config);
  }

  private GatewayServer start(GatewayConfig config) throws Exception {
    try {
      return GatewayServer.start(
          config,
          metrics,
          new GatewayServer.Clocks(() -> Instant.ofEpochMilli(wallMs.get()), nowMs::get));
    } catch (GatewayServer.CannotListen | IllegalArgumentException e) {
      closeNodes();
      throw e;
    }
  }

  /** These nodes are the members from now on; nobody is told. */
  io.breakwater.proto.trunk.View decided(long number, ScriptedDelivery... members) {
    io.breakwater.proto.trunk.View view = ScriptedDelivery.view(number, members);
    homes.learn(View.of(view));
    return view;
  }

  Credentials user(int number) {
    return mint.signUp(ByteBuffer.allocate(16).putInt(number).array());
  }

  /** A user, another one for each number, whose home is this node. */
  Credentials userAt(ScriptedDelivery home, int number) {
    return IntStream.iterate(number * 1_000, i -> i + 1)
        .mapToObj(this::user)
        .filter(user -> homes.homeOf(user.user()).orElseThrow().equals(home.incarnation()))
        .findFirst()
        .orElseThrow();
  }

  TestClient connect() throws IOException {
    return new TestClient(gateway.port());
  }

  /** A client that was welcomed. */
  TestClient connected(Credentials credentials) throws IOException {
    TestClient client = connect();
    client.write(TestClient.hello(credentials));
    if (!client.read().hasWelcome()) {
      throw new AssertionError("not welcomed");
    }
    return client;
  }

  /** Moves a lever; status and body of the answer. */
  String lever(String move) throws IOException, InterruptedException {
    return ask(
        page("/levers?" + move)
            .header("Breakwater-By", "ann")
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  /** Status and body of an admin page. */
  String admin(String path) throws IOException, InterruptedException {
    return ask(page(path));
  }

  private HttpRequest.Builder page(String path) {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    return HttpRequest.newBuilder(URI.create("http://" + host + ':' + gateway.adminPort() + path));
  }

  private static String ask(HttpRequest.Builder request) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return response.statusCode() + " " + response.body();
    }
  }

  double meter(String name) {
    return metrics.get("breakwater.gateway." + name).meter().measure().iterator().next().getValue();
  }

  double counted(String name, String tag, String value) {
    return metrics.get("breakwater.gateway." + name).tag(tag, value).counter().count();
  }

  double refusals(String reason) {
    return metrics.get("breakwater.gateway.refusals").tag("reason", reason).counter().count();
  }

  void close() throws Exception {
    gateway.close();
    closeNodes();
  }

  private void closeNodes() throws InterruptedException {
    for (ScriptedDelivery node : nodes) {
      node.close();
    }
  }
}
