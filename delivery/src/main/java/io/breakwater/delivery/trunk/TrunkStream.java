package io.breakwater.delivery.trunk;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.CredentialMint;
import io.breakwater.common.secret.Credentials;
import io.breakwater.delivery.credit.Account;
import io.breakwater.delivery.credit.Priority;
import io.breakwater.delivery.credit.Tally;
import io.breakwater.delivery.lane.Lane;
import io.breakwater.delivery.node.Node;
import io.breakwater.delivery.node.TrunkRegistry;
import io.breakwater.delivery.stream.Outlet;
import io.breakwater.proto.client.LinkDevice;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.trunk.DeliveryBatch;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.DeliveryHello;
import io.breakwater.proto.trunk.GatewayBatch;
import io.breakwater.proto.trunk.GatewayFrame;
import io.breakwater.proto.trunk.GatewayHello;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One gateway event loop's stream. Frames are sorted by lane and handed over batch by batch; a
 * further batch is asked for only when the lanes are done with an earlier one, so that a gateway
 * cannot fill this process's memory. Called by gRPC, one call at a time.
 */
final class TrunkStream implements StreamObserver<GatewayBatch> {
  private static final Logger log = LoggerFactory.getLogger(TrunkStream.class);
  private static final int VERSION = 1;
  private static final int PROCESS_BYTES = 16;

  /** Batches of one trunk under way at once. */
  private static final int BATCHES_AHEAD = 16;

  /** That many are asked for together: each request wakes the event loop of the trunk. */
  private static final int BATCHES_ASKED = BATCHES_AHEAD / 2;

  /**
   * Beyond this the gateway does not read: the trunk is cut, and its sessions attach again.
   * Deliveries stop far below it, so it takes answers that nobody reads.
   */
  private static final long QUEUED_BYTES_MAX = 32L << 20;

  private record GatewayOutlet(Outlet<DeliveryBatch> outlet) implements TrunkRegistry.Outlet {
    @Override
    public void send(DeliveryBatch batch) {
      outlet.send(batch);
    }

    @Override
    public long queuedBytes() {
      return outlet.queuedBytes();
    }
  }

  private final ServerCallStreamObserver<DeliveryBatch> stream;
  private final Node node;
  private final SignUps signUps;
  private final CredentialMint mint;
  private final Outlet<DeliveryBatch> outlet;
  private final long number;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicInteger batchesDone = new AtomicInteger();
  private String gateway = "";

  /** Of the gateway; empty if it does not say, and is not counted. */
  private ByteString process = ByteString.EMPTY;

  private final Account account;

  /** Where it counts. */
  private final Tally rim;

  private TrunkStream(
      ServerCallStreamObserver<DeliveryBatch> stream,
      Node node,
      SignUps signUps,
      CredentialMint mint) {
    this.stream = stream;
    this.node = node;
    this.signUps = signUps;
    this.mint = mint;
    this.outlet = new Outlet<>("a trunk", QUEUED_BYTES_MAX, stream, this::cut);
    this.number = node.trunks().add(new GatewayOutlet(outlet));
    this.account = new Account(number);
    this.rim = node.grantor().rim(number);
  }

  static TrunkStream open(
      ServerCallStreamObserver<DeliveryBatch> stream,
      Node node,
      SignUps signUps,
      CredentialMint mint) {
    TrunkStream trunk = new TrunkStream(stream, node, signUps, mint);
    stream.disableAutoRequest();
    stream.setOnReadyHandler(trunk.outlet::drain);
    stream.setOnCancelHandler(trunk::end);
    stream.setOnCloseHandler(trunk::end);
    stream.request(BATCHES_AHEAD);
    return trunk;
  }

  @Override
  public void onNext(GatewayBatch batch) {
    try {
      handOver(batch);
    } catch (IllegalArgumentException e) {
      log.warn("trunk {} of {}: {}; it is closed", number, gateway, e.getMessage());
      outlet.end(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
      end();
    }
  }

  private void handOver(GatewayBatch batch) {
    long arrivedMono = node.grantor().nowMs();
    Map<Integer, List<GatewayFrame>> byLane = new HashMap<>();
    List<GatewayFrame> forAny = new ArrayList<>(0);
    List<GatewayFrame> ignored = new ArrayList<>(0);
    for (GatewayFrame frame : batch.getFramesList()) {
      switch (frame.getBodyCase()) {
        case HELLO -> {
          hello(frame.getHello());
          ignored.add(frame);
        }
        case SIGN_UP, LOOK_UP -> forAny.add(frame);
        case ATTACH, DETACH, SEND, ACK, SYNC, PING, LINK_DEVICE, REVOKE_DEVICE ->
            byLane.computeIfAbsent(node.laneOf(userOf(frame)), _ -> new ArrayList<>()).add(frame);
        case BODY_NOT_SET -> {
          // A newer gateway may know frames that this release does not.
          log.debug("trunk {}: a frame without a body that is known here", number);
          ignored.add(frame);
        }
      }
    }
    count(batch, arrivedMono);
    ignored.forEach(frame -> rim.done(Priority.of(frame.getPriority())));
    forAny.forEach(frame -> answer(frame, arrivedMono));
    if (byLane.isEmpty()) {
      done();
      return;
    }
    long view = batch.getView();
    node.heardOf(view);
    AtomicInteger lanesLeft = new AtomicInteger(byLane.size());
    byLane.forEach(
        (lane, frames) -> {
          Consumer<Lane> input =
              each -> {
                handle(each, node.grantor().lane(lane), view, frames, arrivedMono);
                if (lanesLeft.decrementAndGet() == 0) {
                  done();
                }
              };
          if (frames.stream().allMatch(TrunkStream::isPatient)) {
            node.submitPatiently(lane, input);
          } else {
            node.submit(lane, input);
          }
        });
  }

  /** What came is under way from now on; nothing of the batch is malformed as far as it is read. */
  private void count(GatewayBatch batch, long nowMs) {
    int[] frames = new int[Priority.COUNT];
    for (GatewayFrame frame : batch.getFramesList()) {
      frames[Priority.of(frame.getPriority())]++;
    }
    boolean isShort = false;
    for (int priority = 0; priority < Priority.COUNT; priority++) {
      if (frames[priority] > 0) {
        rim.arrived(priority, frames[priority]);
        isShort |= account.arrived(priority, frames[priority]);
      }
    }
    if (batch.hasDemand()) {
      isShort |= account.wants(batch.getDemand(), nowMs);
    }
    if (batch.hasClients()) {
      node.census().said(number, process, batch.getClients(), nowMs);
    }
    if (isShort) {
      node.grantor().soon();
    }
  }

  private void answer(GatewayFrame frame, long arrivedMono) {
    CompletionStage<ServerFrame> answer =
        frame.hasSignUp()
            ? signUps.signUp(frame.getSignUp(), arrivedMono)
            : signUps.lookUp(frame.getLookUp(), arrivedMono);
    answer.thenAccept(
        done -> {
          rim.done(Priority.of(frame.getPriority()));
          relay(frame.getConnection(), done);
        });
  }

  /** A message joins the next block anyhow, and nobody waits for what an acknowledgement does. */
  private static boolean isPatient(GatewayFrame frame) {
    return frame.hasSend() || frame.hasAck();
  }

  /** A batch is done with. Any thread. */
  private void done() {
    if (batchesDone.incrementAndGet() % BATCHES_ASKED == 0) {
      stream.request(BATCHES_ASKED);
    }
  }

  private void hello(GatewayHello hello) {
    if (hello.getVersion() != VERSION) {
      throw new IllegalArgumentException(
          "trunk version: " + hello.getVersion() + " (expected: " + VERSION + ')');
    }
    gateway = hello.getGateway();
    process = hello.getProcess().size() == PROCESS_BYTES ? hello.getProcess() : ByteString.EMPTY;
    log.info("trunk {} from gateway {} loop {}", number, gateway, hello.getEventLoop());
    outlet.send(
        DeliveryBatch.newBuilder()
            .addFrames(DeliveryFrame.newBuilder().setCredits(Account.first()))
            .addFrames(
                DeliveryFrame.newBuilder()
                    .setHello(
                        DeliveryHello.newBuilder()
                            .setVersion(VERSION)
                            .setIncarnation(
                                UnsafeByteOperations.unsafeWrap(node.incarnation().bytes()))
                            .setView(node.viewForGateways())))
            .build());
    node.grantor().open(account);
  }

  private static UserId userOf(GatewayFrame frame) {
    return UserId.of(frame.getUser().asReadOnlyByteBuffer());
  }

  /** On the lane's thread. */
  private void handle(
      Lane lane, Tally tally, long view, List<GatewayFrame> frames, long arrivedMono) {
    lane.arrived(arrivedMono);
    long waitedUs = (node.grantor().nowMs() - arrivedMono) * 1_000;
    for (GatewayFrame frame : frames) {
      handle(lane, view, frame);
      int priority = Priority.of(frame.getPriority());
      if (priority > Priority.SEND) {
        // The lane says itself how long a message has waited, when it is published.
        tally.waited(priority, waitedUs);
      }
      tally.done(priority);
    }
  }

  private void handle(Lane lane, long view, GatewayFrame frame) {
    try {
      dispatch(lane, number, view, mint, frame);
    } catch (IllegalArgumentException e) {
      // Gateways check what clients send; this is a gateway's fault, and only this frame is lost.
      log.warn("trunk {} of {}: a frame is dropped: {}", number, gateway, e.getMessage());
    }
  }

  /**
   * Hands a frame to its lane.
   *
   * @param view the newest one that its gateway knows
   * @throws IllegalArgumentException if it is not one that a gateway may send; then the lane has
   *     not begun with it
   */
  static void dispatch(Lane lane, long trunk, long view, CredentialMint mint, GatewayFrame frame) {
    long connection = frame.getConnection();
    UserId user = userOf(frame);
    switch (frame.getBodyCase()) {
      case ATTACH -> lane.attach(trunk, connection, view, user, frame.getAttach());
      case DETACH -> lane.detach(user, frame.getDetach());
      case SEND -> lane.send(trunk, connection, view, user, frame.getSend());
      case ACK -> lane.ack(trunk, connection, user, frame.getAck());
      case SYNC -> lane.sync(trunk, connection, user, frame.getSync());
      case PING -> lane.ping(trunk, connection, user, new DeviceId(frame.getPing().getDevice()));
      case LINK_DEVICE -> {
        LinkDevice link = frame.getLinkDevice();
        Credentials credentials = mint.link(user, link.getLinkId().toByteArray());
        lane.link(trunk, connection, user, link.getRequest(), credentials);
      }
      case REVOKE_DEVICE ->
          lane.revoke(
              trunk,
              connection,
              user,
              frame.getRevokeDevice().getRequest(),
              new DeviceId(frame.getRevokeDevice().getDevice()));
      case HELLO, SIGN_UP, LOOK_UP, BODY_NOT_SET ->
          throw new AssertionError("not for a lane: " + frame.getBodyCase());
    }
  }

  private void relay(long connection, ServerFrame frame) {
    outlet.send(
        DeliveryBatch.newBuilder()
            .addFrames(
                DeliveryFrame.newBuilder().setConnection(connection).setRelay(frame.toByteString()))
            .build());
  }

  @Override
  public void onError(Throwable failure) {
    log.info("trunk {} of {} is gone: {}", number, gateway, failure.getMessage());
    end();
  }

  @Override
  public void onCompleted() {
    outlet.end(Status.OK);
    end();
  }

  /**
   * The gateway does not read: not even the end of the stream may get through to it, so its
   * sessions end here and now.
   */
  private void cut() {
    node.trunks().cut();
    end();
  }

  private void end() {
    if (ended.compareAndSet(false, true)) {
      outlet.close();
      node.census().gone(number);
      node.grantor().close(account);
      node.trunkClosed(number);
    }
  }
}
