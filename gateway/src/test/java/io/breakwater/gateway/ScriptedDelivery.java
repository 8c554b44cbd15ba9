package io.breakwater.gateway;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.AttachRefused;
import io.breakwater.proto.trunk.Attached;
import io.breakwater.proto.trunk.Clients;
import io.breakwater.proto.trunk.DeliveryBatch;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.DeliveryHello;
import io.breakwater.proto.trunk.Demand;
import io.breakwater.proto.trunk.Ended;
import io.breakwater.proto.trunk.GatewayBatch;
import io.breakwater.proto.trunk.GatewayFrame;
import io.breakwater.proto.trunk.GatewayHello;
import io.breakwater.proto.trunk.Member;
import io.breakwater.proto.trunk.TrunkGrpc;
import io.breakwater.proto.trunk.View;
import io.grpc.BindableService;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * A delivery node that does what a test tells it: a real gRPC server on a real port. What the
 * gateway sends is kept, and answered by the script.
 */
final class ScriptedDelivery {
  static final long SERVER_TIME_MS = 1_700_000_000_000L;
  static final long RETRY_FOR_MS = 86_400_000L;
  static final long HEAD = 77;
  private static final String HOST = InetAddress.getLoopbackAddress().getHostAddress();
  private static final AtomicLong STARTS = new AtomicLong();

  private final AtomicLong generations = new AtomicLong();
  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private final List<Stream> streams = new CopyOnWriteArrayList<>();
  private volatile BiConsumer<Stream, GatewayFrame> script = this::attachEverybody;
  private volatile int version = 1;
  private volatile IncarnationId incarnation;
  private volatile View view = View.getDefaultInstance();
  private volatile boolean saysViewFirst;
  private final AtomicLong greetings = new AtomicLong();
  private volatile int batchesRead = Integer.MAX_VALUE;
  private volatile int metadataBytes;
  private volatile Optional<SslContext> tls;
  private Server server;
  private final int port;

  /** A frame, and where to answer it. */
  record Arrival(Stream stream, GatewayFrame frame) {}

  /** The view of this number whose members are these. */
  static View view(long number, ScriptedDelivery... members) {
    View.Builder view = View.newBuilder().setNumber(number);
    for (ScriptedDelivery member : members) {
      view.addMembers(
          Member.newBuilder()
              .setIncarnation(ByteString.copyFrom(member.incarnation().bytes()))
              .setAddress(HOST + ':' + member.port()));
    }
    return view.build();
  }

  ScriptedDelivery(Optional<SslContext> tls) throws IOException {
    this.tls = tls;
    server = start(0);
    port = server.getPort();
    incarnation = new IncarnationId(0, STARTS.incrementAndGet());
  }

  private Server start(int onPort) throws IOException {
    BindableService service =
        () ->
            ServerServiceDefinition.builder(TrunkGrpc.SERVICE_NAME)
                .addMethod(
                    TrunkGrpc.getOpenMethod(), ServerCalls.asyncBidiStreamingCall(this::opened))
                .build();
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort))
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .addService(ServerInterceptors.intercept(service, new BulkyMetadata()));
    tls.ifPresent(builder::sslContext);
    return builder.build().start();
  }

  private StreamObserver<GatewayBatch> opened(StreamObserver<DeliveryBatch> out) {
    Stream stream = new Stream(out);
    if (batchesRead < Integer.MAX_VALUE) {
      ((ServerCallStreamObserver<DeliveryBatch>) out).disableAutoRequest();
      ((ServerCallStreamObserver<DeliveryBatch>) out).request(batchesRead);
    }
    return new StreamObserver<>() {
      @Override
      public void onNext(GatewayBatch batch) {
        stream.view = batch.getView();
        if (batch.hasDemand()) {
          stream.demand = batch.getDemand();
        }
        if (batch.hasClients()) {
          stream.clients = batch.getClients();
        }
        batch.getFramesList().forEach(frame -> arrived(stream, frame));
      }

      @Override
      public void onError(Throwable cause) {
        streams.remove(stream);
      }

      @Override
      public void onCompleted() {
        streams.remove(stream);
        out.onCompleted();
      }
    };
  }

  private void arrived(Stream stream, GatewayFrame frame) {
    if (frame.hasHello()) {
      greetings.incrementAndGet();
      stream.hello = frame.getHello();
      streams.add(stream);
      if (saysViewFirst) {
        stream.put(DeliveryFrame.newBuilder().setView(view).build());
      }
      stream.put(
          DeliveryFrame.newBuilder()
              .setHello(
                  DeliveryHello.newBuilder()
                      .setVersion(version)
                      .setIncarnation(ByteString.copyFrom(incarnation.bytes()))
                      .setView(saysViewFirst ? View.getDefaultInstance() : view))
              .build());
      return;
    }
    arrivals.add(new Arrival(stream, frame));
    script.accept(stream, frame);
  }

  private void attachEverybody(Stream stream, GatewayFrame frame) {
    if (frame.hasAttach()) {
      long presented = frame.getAttach().getGeneration();
      stream.attached(
          frame.getConnection(), presented == 0 ? generations.incrementAndGet() : presented);
    }
  }

  /** From now on every frame is answered by this. */
  void script(BiConsumer<Stream, GatewayFrame> newScript) {
    script = newScript;
  }

  /** From now on attaches are answered with success, and nothing else is answered. */
  void attachesEverybody() {
    script = this::attachEverybody;
  }

  /** Of trunks that open from now on so many batches are read, the one with the hello included. */
  void reads(int batches) {
    batchesRead = batches;
  }

  /** How often a gateway has said hello. */
  long greetings() {
    return greetings.get();
  }

  /** From now on every answer begins with so much metadata. */
  void metadata(int bytes) {
    metadataBytes = bytes;
  }

  /** What it shows from its next start on; empty: it speaks no TLS. */
  void shows(Optional<SslContext> newTls) {
    tls = newTls;
  }

  void version(int newVersion) {
    version = newVersion;
  }

  /** From now on it says so to whoever opens a trunk. */
  void knows(View newView) {
    view = newView;
  }

  /** From now on it says so, and to all whose trunks are open at once. */
  void learns(View newView) {
    knows(newView);
    for (Stream stream : streams) {
      stream.put(DeliveryFrame.newBuilder().setView(newView).build());
    }
  }

  /** From now on it says what view it knows before its hello, not in it. */
  void saysViewFirst() {
    saysViewFirst = true;
  }

  IncarnationId incarnation() {
    return incarnation;
  }

  int port() {
    return port;
  }

  List<Stream> streams() {
    return List.copyOf(streams);
  }

  /** The next frame of a kind; others before it are dropped. */
  Arrival next(GatewayFrame.BodyCase kind) throws InterruptedException {
    while (true) {
      Arrival arrival = arrivals.poll(10, TimeUnit.SECONDS);
      if (arrival == null) {
        throw new AssertionError("no " + kind + " came from the gateway");
      }
      if (arrival.frame().getBodyCase() == kind) {
        return arrival;
      }
    }
  }

  /** What has come and was not asked for yet. */
  List<GatewayFrame> rest() {
    List<Arrival> all = new ArrayList<>();
    arrivals.drainTo(all);
    return all.stream().map(Arrival::frame).toList();
  }

  /** Dies like a killed process: connections break, the port is closed. */
  void kill() throws InterruptedException {
    server.shutdownNow();
    if (!server.awaitTermination(10, TimeUnit.SECONDS)) {
      throw new AssertionError("the gRPC server did not stop");
    }
    streams.clear();
    arrivals.clear();
  }

  /** Is back on the same port as another incarnation. */
  void rejoin() throws IOException {
    incarnation = new IncarnationId(0, STARTS.incrementAndGet());
    restart();
  }

  /** Can be reached again on the same port. */
  void restart() throws IOException {
    server = start(port);
  }

  void close() throws InterruptedException {
    kill();
  }

  private final class BulkyMetadata implements ServerInterceptor {
    private static final Metadata.Key<String> KEY =
        Metadata.Key.of("bulk", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
        ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
      return next.startCall(
          new SimpleForwardingServerCall<A, B>(call) {
            @Override
            public void sendHeaders(Metadata answer) {
              if (metadataBytes > 0) {
                answer.put(KEY, "x".repeat(metadataBytes));
              }
              super.sendHeaders(answer);
            }
          },
          headers);
    }
  }

  /** One trunk as the delivery node sees it. */
  static final class Stream {
    private final StreamObserver<DeliveryBatch> out;
    private volatile GatewayHello hello = GatewayHello.getDefaultInstance();
    private volatile long view;
    private volatile Demand demand = Demand.getDefaultInstance();
    private volatile Clients clients = Clients.getDefaultInstance();

    Stream(StreamObserver<DeliveryBatch> out) {
      this.out = out;
    }

    GatewayHello hello() {
      return hello;
    }

    /** The view that the gateway knew when it sent its latest batch. */
    long view() {
      return view;
    }

    /** What the gateway said last of the sessions of its event loop. */
    Clients clients() {
      return clients;
    }

    /** What the gateway said last of what waits for credit. */
    Demand demand() {
      return demand;
    }

    synchronized void put(DeliveryFrame... frames) {
      out.onNext(DeliveryBatch.newBuilder().addAllFrames(List.of(frames)).build());
    }

    void attached(long connection, long generation) {
      put(
          DeliveryFrame.newBuilder()
              .setConnection(connection)
              .setAttached(
                  Attached.newBuilder()
                      .setGeneration(generation)
                      .setMailboxHead(HEAD)
                      .setServerTimeMs(SERVER_TIME_MS)
                      .setRetryForMs(RETRY_FOR_MS))
              .build());
    }

    void ended(long connection, long generation, Ended.Cause cause) {
      put(
          DeliveryFrame.newBuilder()
              .setConnection(connection)
              .setEnded(Ended.newBuilder().setGeneration(generation).setCause(cause))
              .build());
    }

    void refused(long connection, AttachRefused refused) {
      put(DeliveryFrame.newBuilder().setConnection(connection).setAttachRefused(refused).build());
    }

    void relay(long connection, ServerFrame frame) {
      put(
          DeliveryFrame.newBuilder()
              .setConnection(connection)
              .setRelay(frame.toByteString())
              .build());
    }
  }
}
