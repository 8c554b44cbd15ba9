package io.breakwater.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.ByteString;
import io.breakwater.cli.cassandra.TestCassandra;
import io.breakwater.common.certificate.CertificateFiles;
import io.breakwater.common.certificate.UnusableCertificate;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.secret.CredentialMint;
import io.breakwater.common.testing.FreePorts;
import io.breakwater.common.testing.Relay;
import io.breakwater.delivery.lane.LaneLimits;
import io.breakwater.proto.relay.RelayAnswers;
import io.breakwater.proto.relay.RelayBatch;
import io.breakwater.proto.relay.RelayFrame;
import io.breakwater.proto.relay.RelayGrpc;
import io.breakwater.proto.relay.RelayHello;
import io.breakwater.proto.trunk.DeliveryBatch;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.GatewayBatch;
import io.breakwater.proto.trunk.GatewayFrame;
import io.breakwater.proto.trunk.GatewayHello;
import io.breakwater.proto.trunk.SendFrom;
import io.breakwater.proto.trunk.TrunkGrpc;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.cassandra.CassandraConfig;
import io.breakwater.trunk.TestAuthority;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Whom a delivery node lets open trunks, and how much they may ask of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TrunkRimTest {
  private static final int CONNECTIONS = 8;

  /** As {@code TrunkLimits} says. */
  private static final int HANDSHAKES = 512;

  private static final Metadata.Key<String> BULK =
      Metadata.Key.of("bulk", Metadata.ASCII_STRING_MARSHALLER);

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private TestAuthority authority;
  private SslContext gateway;
  private DeliveryServer server;
  private int port;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    log.start();
    ((Logger) LoggerFactory.getLogger("io.breakwater.delivery.trunk")).addAppender(log);
    authority = new TestAuthority();
    gateway = authority.issue(TestAuthority.GATEWAY).client();
    port = FreePorts.forTrunks();
    server = start(port, authority.issue(TestAuthority.DELIVERY).install(directory));
  }

  private static DeliveryServer start(int port, CertificateFiles files) throws Exception {
    DeliveryServer started =
        DeliveryServer.start(
            new DeliveryServer.Config(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                CONNECTIONS,
                Optional.of(files),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.forTrunks()),
                1,
                LaneLimits.standard(),
                CassandraConfig.forOneMachine(TestCassandra.shared().contactPoint(), "rim"),
                StorageLayout.forOneMachine(),
                new CredentialMint(new byte[32]),
                Duration.ofSeconds(10)),
            new IncarnationId(port, port),
            why -> {});
    started.join();
    return started;
  }

  @AfterEach
  void disconnect() throws Exception {
    for (ManagedChannel channel : channels) {
      channel.shutdownNow();
      channel.awaitTermination(10, TimeUnit.SECONDS);
    }
    channels.clear();
    await().until(() -> metric("trunk_connections") == 0);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private ManagedChannel connect(SslContext tls) {
    return kept(NettyChannelBuilder.forAddress("127.0.0.1", port).sslContext(tls));
  }

  private ManagedChannel kept(NettyChannelBuilder builder) {
    ManagedChannel channel = builder.disableRetry().build();
    channels.add(channel);
    return channel;
  }

  /** A call, and how it ends. */
  private static final class Call extends ClientCall.Listener<DeliveryBatch> {
    private final ClientCall<GatewayBatch, DeliveryBatch> call;
    private final CompletableFuture<DeliveryBatch> greeted = new CompletableFuture<>();
    private final CompletableFuture<Status> ended = new CompletableFuture<>();

    Call(ManagedChannel channel, Metadata metadata) {
      call = channel.newCall(TrunkGrpc.getOpenMethod(), CallOptions.DEFAULT);
      call.start(this, metadata);
      call.request(100);
    }

    void put(GatewayFrame frame) {
      call.sendMessage(GatewayBatch.newBuilder().addFrames(frame).build());
    }

    Call hello() throws Exception {
      put(HELLO);
      return this;
    }

    boolean isGreeted() throws Exception {
      return greeted.get(20, TimeUnit.SECONDS).getFramesList().stream()
          .anyMatch(DeliveryFrame::hasHello);
    }

    Status.Code end() throws Exception {
      return ended.get(20, TimeUnit.SECONDS).getCode();
    }

    @Override
    public void onMessage(DeliveryBatch batch) {
      greeted.complete(batch);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      ended.complete(status);
      greeted.completeExceptionally(status.asException());
    }
  }

  private static final GatewayFrame HELLO =
      GatewayFrame.newBuilder()
          .setHello(GatewayHello.newBuilder().setVersion(1).setGateway("test"))
          .build();

  /** A batch that is so large and of no use. */
  private static GatewayFrame bulk(int bytes) {
    return GatewayFrame.newBuilder()
        .setUser(ByteString.copyFrom(new byte[16]))
        .setSend(SendFrom.newBuilder().setSender(ByteString.copyFrom(new byte[bytes])))
        .build();
  }

  private double metric(String name) {
    return server
        .scrape()
        .lines()
        .filter(line -> line.startsWith("breakwater_delivery_" + name + ' '))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .findFirst()
        .orElseThrow();
  }

  private double refusals(String reason) {
    return metric("trunk_tls_refusals_total{reason=\"" + reason + "\"}");
  }

  private double ended(String status) {
    return metric("trunk_streams_ended_total{status=\"" + status + "\"}");
  }

  @Test
  void a_gateway_is_served() throws Exception {
    try (TestGateway served = new TestGateway(connect(gateway))) {
      byte[] id = new byte[16];
      id[0] = 7;
      assertThat(served.signUp(1, id, "ann").getUser().size()).isEqualTo(16);
    }
  }

  private void assertRefused(SslContext shown, String reason) throws Exception {
    double before = refusals(reason);
    assertThat(new Call(connect(shown), new Metadata()).hello().end())
        .isEqualTo(Status.Code.UNAVAILABLE);
    await().until(() -> refusals(reason) > before);
    assertThat(server.scrape()).contains("breakwater_delivery_trunks 0.0");
  }

  @Test
  void who_is_no_gateway_is_refused_counted_and_said() throws Exception {
    assertRefused(authority.issue().client(), "role");
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(
            line ->
                line.matches(
                    "trunk connection from /127\\.0\\.0\\.1:\\d+ refused: role:"
                        + " none \\(expected: breakwater://gateway or breakwater://delivery\\),"
                        + " certificate of CN=node .*"));
    assertRefused(
        new TestAuthority().issue(TestAuthority.GATEWAY).trusting(authority).client(),
        "certificate");
    assertRefused(authority.issueExpired(TestAuthority.GATEWAY).client(), "certificate");
    assertRefused(authority.clientWithoutCertificate(), "handshake");
  }

  @Test
  void delivery_nodes_open_no_trunks_and_gateways_no_relays() throws Exception {
    SslContext node = authority.issue(TestAuthority.DELIVERY).client();
    assertThat(new Call(connect(node), new Metadata()).hello().end())
        .isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(relayEnd(connect(gateway))).isEqualTo(Status.Code.PERMISSION_DENIED);
    // Served, and told that nobody of that name listens here.
    assertThat(relayEnd(connect(node))).isEqualTo(Status.Code.FAILED_PRECONDITION);
  }

  private static Status.Code relayEnd(ManagedChannel channel) throws Exception {
    CompletableFuture<Status> ended = new CompletableFuture<>();
    ByteString somebody = ByteString.copyFrom(new IncarnationId(98, 99).bytes());
    RelayGrpc.newStub(channel)
        .open(
            new StreamObserver<>() {
              @Override
              public void onNext(RelayAnswers answers) {}

              @Override
              public void onError(Throwable failure) {
                ended.complete(Status.fromThrowable(failure));
              }

              @Override
              public void onCompleted() {
                ended.complete(Status.OK);
              }
            })
        .onNext(
            RelayBatch.newBuilder()
                .addFrames(
                    RelayFrame.newBuilder()
                        .setHello(
                            RelayHello.newBuilder()
                                .setVersion(1)
                                .setIncarnation(somebody)
                                .setTo(somebody)))
                .build());
    return ended.get(20, TimeUnit.SECONDS).getCode();
  }

  @Test
  void plain_text_is_refused_and_counted() throws Exception {
    double before = refusals("handshake");
    ManagedChannel plain = kept(NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext());
    assertThat(new Call(plain, new Metadata()).hello().end()).isEqualTo(Status.Code.UNAVAILABLE);
    await().until(() -> refusals("handshake") > before);
  }

  @Test
  void a_gateway_that_is_gone_without_a_word_is_noticed() throws Exception {
    try (Relay relay =
        new Relay(0, new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
      ManagedChannel frozen =
          kept(NettyChannelBuilder.forAddress("127.0.0.1", relay.port()).sslContext(gateway));
      assertThat(new Call(frozen, new Metadata()).hello().isGreeted()).isTrue();
      Call alive = new Call(connect(gateway), new Metadata()).hello();
      assertThat(alive.isGreeted()).isTrue();
      assertThat(metric("trunks")).isEqualTo(2);
      relay.freeze();
      // Real time: gRPC pings after 10 s at the soonest.
      await().atMost(Duration.ofSeconds(30)).until(() -> metric("trunks") == 1);
      assertThat(alive.ended).isNotDone();
    }
  }

  @Test
  void a_probe_of_the_port_is_no_refusal() throws Exception {
    double before = refusals("handshake");
    new Socket(InetAddress.getLoopbackAddress(), port).close();
    try (TestGateway served = new TestGateway(connect(gateway))) {
      assertThat(served).isNotNull();
    }
    assertThat(refusals("handshake")).isEqualTo(before);
  }

  @Test
  void a_batch_over_the_cap_ends_its_own_stream_alone() throws Exception {
    ManagedChannel channel = connect(gateway);
    Call other = new Call(channel, new Metadata()).hello();
    assertThat(other.isGreeted()).isTrue();
    double before = ended("resource_exhausted");

    Call unanswered = new Call(channel, new Metadata());
    unanswered.put(bulk((1 << 20) + (128 << 10)));
    unanswered.end();
    Call answered = new Call(channel, new Metadata()).hello();
    assertThat(answered.isGreeted()).isTrue();
    answered.put(bulk((1 << 20) + (128 << 10)));
    answered.end();

    await().until(() -> ended("resource_exhausted") == before + 2);
    assertThat(other.ended).isNotDone();
    await().until(() -> server.scrape().contains("breakwater_delivery_trunks 1.0"));
  }

  @Test
  void metadata_over_the_cap_ends_its_own_stream_alone() throws Exception {
    ManagedChannel channel = connect(gateway);
    Call other = new Call(channel, new Metadata()).hello();
    assertThat(other.isGreeted()).isTrue();
    Metadata bulky = new Metadata();
    bulky.put(BULK, "x".repeat(8 << 10));

    // HTTP/2 has told this client the cap, so that it fails by itself.
    assertThat(new Call(channel, bulky).hello().end()).isEqualTo(Status.Code.INTERNAL);
    assertThat(other.ended).isNotDone();
    assertThat(new Call(channel, new Metadata()).hello().isGreeted()).isTrue();
  }

  @Test
  void a_peer_that_ignores_the_cap_of_metadata_is_answered_431() throws Exception {
    try (RudePeer peer = new RudePeer(port, gateway)) {
      assertThat(peer.call(8 << 10)).isEqualTo("431");
      assertThat(peer.call(8 << 10)).isEqualTo("431");
    }
    assertThat(metric("trunks")).isZero();
  }

  @Test
  void a_fifth_call_of_a_connection_waits_for_another_to_end() throws Exception {
    ManagedChannel channel = connect(gateway);
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      calls.add(new Call(channel, new Metadata()).hello());
      assertThat(calls.getLast().isGreeted()).isTrue();
    }
    Call fifth = new Call(channel, new Metadata()).hello();
    assertThat(metric("trunks")).isEqualTo(4);
    assertThat(fifth.greeted).isNotDone();

    calls.getFirst().call.halfClose();
    assertThat(fifth.isGreeted()).isTrue();
  }

  @Test
  void connections_beyond_the_limit_are_closed() throws Exception {
    for (int i = 0; i < CONNECTIONS; i++) {
      assertThat(new Call(connect(gateway), new Metadata()).hello().isGreeted()).isTrue();
    }
    assertThat(metric("trunk_connections")).isEqualTo(CONNECTIONS);

    assertThat(new Call(connect(gateway), new Metadata()).hello().end())
        .isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(metric("trunk_connections_refused_total")).isPositive();
    await().until(() -> metric("trunk_connections") == CONNECTIONS);
  }

  @Test
  void a_gateway_is_let_in_while_strangers_connect_and_show_nothing() throws Exception {
    double dropped = metric("trunk_handshakes_dropped_total");
    List<Socket> strangers = new ArrayList<>();
    try {
      for (int i = 0; i < HANDSHAKES + 100; i++) {
        strangers.add(new Socket(InetAddress.getLoopbackAddress(), port));
      }
      await().until(() -> metric("trunk_handshakes_dropped_total") >= dropped + 100);
      assertThat(metric("trunk_handshakes")).isLessThanOrEqualTo(HANDSHAKES);
      // The first of them have given way.
      assertThat(strangers.getFirst().getInputStream().read()).isEqualTo(-1);

      assertThat(new Call(connect(gateway), new Metadata()).hello().isGreeted()).isTrue();
      assertThat(metric("trunk_connections")).isEqualTo(1);
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
    await().until(() -> metric("trunk_handshakes") == 0);
  }

  @Test
  void a_node_does_not_start_with_a_gateways_certificate(@TempDir Path directory) throws Exception {
    CertificateFiles files = authority.issue(TestAuthority.GATEWAY).install(directory);
    assertThatThrownBy(() -> start(FreePorts.forTrunks(), files))
        .isInstanceOf(UnusableCertificate.class)
        .hasMessageStartingWith(
            "certificate: role: breakwater://gateway (expected: breakwater://delivery)");
  }
}
