package io.breakwater.delivery;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.CredentialMint;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.client.SignUp;
import io.breakwater.proto.client.SignedUp;
import io.breakwater.proto.trunk.AckFrom;
import io.breakwater.proto.trunk.Attach;
import io.breakwater.proto.trunk.Clients;
import io.breakwater.proto.trunk.DeliveryBatch;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.Demand;
import io.breakwater.proto.trunk.GatewayBatch;
import io.breakwater.proto.trunk.GatewayFrame;
import io.breakwater.proto.trunk.GatewayHello;
import io.breakwater.proto.trunk.SendFrom;
import io.breakwater.proto.trunk.Tier;
import io.breakwater.proto.trunk.TrunkGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * A gateway as a delivery node sees it: one trunk over a real socket, driven by the test's thread.
 */
final class TestGateway implements AutoCloseable {
  private static final long WAIT_S = 30;

  private final ManagedChannel channel;
  private final StreamObserver<GatewayBatch> trunk;
  private final BlockingQueue<DeliveryFrame> received = new LinkedBlockingQueue<>();
  private final ConcurrentMap<Integer, Long> credits = new ConcurrentHashMap<>();
  private final AtomicLong timesGranted = new AtomicLong();
  private volatile boolean grantedBeforeHello;
  private volatile int brownOut;

  TestGateway(int port) {
    this("127.0.0.1", port);
  }

  TestGateway(String host, int port) {
    this(NettyChannelBuilder.forAddress(host, port).usePlaintext().build());
  }

  /** By a channel that is ended with it. */
  TestGateway(ManagedChannel channel) {
    this.channel = channel;
    trunk =
        TrunkGrpc.newStub(channel)
            .open(
                new StreamObserver<>() {
                  @Override
                  public void onNext(DeliveryBatch batch) {
                    batch.getFramesList().forEach(frame -> heard(frame));
                  }

                  @Override
                  public void onError(Throwable failure) {}

                  @Override
                  public void onCompleted() {}
                });
    byte[] process = new byte[16];
    ThreadLocalRandom.current().nextBytes(process);
    put(
        GatewayFrame.newBuilder()
            .setHello(
                GatewayHello.newBuilder()
                    .setVersion(1)
                    .setGateway("test")
                    .setProcess(ByteString.copyFrom(process)))
            .build());
    await(DeliveryFrame::hasHello);
  }

  private void heard(DeliveryFrame frame) {
    if (frame.hasCredits()) {
      timesGranted.incrementAndGet();
      brownOut = frame.getCredits().getBrownOut();
      frame
          .getCredits()
          .getCreditsList()
          .forEach(credit -> credits.put(credit.getPriority(), credit.getUpTo()));
    } else if (frame.hasHello()) {
      grantedBeforeHello = timesGranted.get() > 0;
    }
    received.add(frame);
  }

  /** How many frames of a class it may have sent by now; negative if that was never said. */
  long mayHaveSent(int priority) {
    return credits.getOrDefault(priority, -1L);
  }

  /** The step of the ladder that the node said last. */
  int brownOut() {
    return brownOut;
  }

  /** How often the node has said what it grants. */
  long timesGranted() {
    return timesGranted.get();
  }

  boolean wasGrantedBeforeHello() {
    return grantedBeforeHello;
  }

  /** What all gateways have, when the node says so for the first time that it is this many. */
  Tier tierOf(int gateways) {
    return await(frame -> frame.hasTier() && frame.getTier().getGateways() == gateways).getTier();
  }

  void has(int sessions) {
    trunk.onNext(
        GatewayBatch.newBuilder().setClients(Clients.newBuilder().setSessions(sessions)).build());
  }

  void say(Demand demand) {
    trunk.onNext(GatewayBatch.newBuilder().setDemand(demand).build());
  }

  void put(GatewayFrame frame) {
    trunk.onNext(GatewayBatch.newBuilder().addFrames(frame).build());
  }

  SignedUp signUp(long connection, byte[] signUpId, String handle) {
    put(
        GatewayFrame.newBuilder()
            .setConnection(connection)
            .setSignUp(
                SignUp.newBuilder().setSignUpId(ByteString.copyFrom(signUpId)).setHandle(handle))
            .build());
    return relayed(connection, ServerFrame::hasSignedUp).getSignedUp();
  }

  void attach(long connection, SignedUp device, CredentialMint mint, Cursor cursor) {
    UserId user = UserId.of(device.getUser().toByteArray());
    ByteString hash =
        ByteString.copyFrom(
            mint.verify(user, new DeviceId(device.getDevice()), device.getToken().toByteArray())
                .orElseThrow()
                .bytes());
    put(
        GatewayFrame.newBuilder()
            .setConnection(connection)
            .setUser(device.getUser())
            .setAttach(
                Attach.newBuilder()
                    .setDevice(device.getDevice())
                    .setTokenHash(hash)
                    .setCursor(cursor))
            .build());
    DeliveryFrame answer =
        await(
            frame ->
                frame.getConnection() == connection
                    && (frame.hasAttached() || frame.hasAttachRefused()));
    if (answer.hasAttachRefused()) {
      throw new AssertionError("attach refused: " + answer.getAttachRefused());
    }
  }

  void send(long connection, SignedUp from, Send send) {
    put(
        GatewayFrame.newBuilder()
            .setConnection(connection)
            .setUser(send.getTo())
            .setSend(
                SendFrom.newBuilder()
                    .setSender(from.getUser())
                    .setDevice(from.getDevice())
                    .setSend(send))
            .build());
  }

  void ack(long connection, SignedUp device, Cursor cursor) {
    put(
        GatewayFrame.newBuilder()
            .setConnection(connection)
            .setUser(device.getUser())
            .setAck(AckFrom.newBuilder().setDevice(device.getDevice()).setCursor(cursor))
            .build());
  }

  ServerFrame relayed(long connection, Predicate<ServerFrame> wanted) {
    return parse(
        await(
            frame ->
                frame.getConnection() == connection
                    && frame.hasRelay()
                    && wanted.test(parse(frame))));
  }

  /** The next frame of this kind; what comes before it is dropped. */
  DeliveryFrame await(Predicate<DeliveryFrame> wanted) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
    try {
      while (true) {
        DeliveryFrame frame =
            received.poll(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (frame == null) {
          throw new AssertionError("no such frame within " + WAIT_S + " s");
        }
        if (wanted.test(frame)) {
          return frame;
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static ServerFrame parse(DeliveryFrame frame) {
    try {
      return ServerFrame.parseFrom(frame.getRelay());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
