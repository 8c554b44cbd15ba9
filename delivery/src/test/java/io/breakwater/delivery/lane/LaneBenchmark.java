package io.breakwater.delivery.lane;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.CredentialMint;
import io.breakwater.common.secret.Credentials;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.journal.Record;
import io.breakwater.proto.trunk.AckFrom;
import io.breakwater.proto.trunk.Attach;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.SendFrom;
import io.breakwater.storage.AccountStore.Device;
import io.breakwater.storage.HistoryStore.HistoryRow;
import io.breakwater.storage.MailboxStore.MailboxRow;
import io.breakwater.storage.MailboxStore.Page;
import io.breakwater.storage.StorageLayout;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * What a lane does for one message between two people who are online: accept, journal, publish,
 * deliver, acknowledge, settle. Storage answers at once and costs nothing. See docs/performance.md
 * for the command.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgs = {"-Xmx512m", "-XX:+UseCompactObjectHeaders", "-da"})
@SuppressWarnings("this-escape")
public class LaneBenchmark implements LaneEffects {
  private static final int PAIRS = 1000;
  private static final int PAYLOAD_BYTES = 160;
  private static final int BATCHES_PER_TICK = 100;
  private static final int SLICE_BLOCKS = 1024;
  private static final long TRUNK = 7;

  /** Messages that arrive together: more under load. */
  @Param({"1", "16", "64"})
  public int batch;

  /** A person with one device. */
  private record Member(Credentials credentials, long connection) {
    ByteString user() {
      return ByteString.copyFrom(credentials.user().bytes());
    }
  }

  private final CredentialMint mint = new CredentialMint(new byte[32]);
  private final Member[] senders = new Member[PAIRS];
  private final Member[] receivers = new Member[PAIRS];
  private final long[] lastClientId = new long[PAIRS];
  private final Map<UserId, Member> people = new HashMap<>();
  private final Map<Long, Member> byConnection = new HashMap<>();
  private final ByteString payload = ByteString.copyFrom(new byte[PAYLOAD_BYTES]);

  /** What storage, other homes and devices have to say, in order. */
  private final Queue<Runnable> answers = new ArrayDeque<>();

  private Lane lane = lane();
  private long monoMs = 50_000;
  private long batches;
  private int next;

  /** Runs this. */
  @Test
  void run() throws RunnerException {
    new Runner(
            new OptionsBuilder()
                .include(LaneBenchmark.class.getSimpleName())
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .build())
        .run();
  }

  private Lane lane() {
    return new Lane(
        this,
        LaneLimits.standard(),
        StorageLayout.forOneMachine(),
        new IncarnationId(1, 2),
        1_001,
        1L << 60);
  }

  @Setup(Level.Trial)
  public void attach() {
    for (int i = 0; i < PAIRS; i++) {
      senders[i] = member(2 * i);
      receivers[i] = member(2 * i + 1);
    }
    pass();
    people.values().forEach(this::attach);
    pass();
  }

  private Member member(int number) {
    Credentials credentials = mint.signUp(ByteBuffer.allocate(16).putInt(number).array());
    Member member = new Member(credentials, number + 1L);
    people.put(credentials.user(), member);
    byConnection.put(member.connection, member);
    return member;
  }

  private void attach(Member member) {
    lane.attach(
        TRUNK,
        member.connection,
        0,
        member.credentials.user(),
        Attach.newBuilder()
            .setDevice(member.credentials.device().value())
            .setTokenHash(ByteString.copyFrom(member.credentials.token().hash().bytes()))
            .build());
  }

  /** A millisecond goes by, and everything that is due is done. */
  private void pass() {
    monoMs++;
    lane.advance(1_700_000_000_000L + monoMs, monoMs);
    if (batches++ % BATCHES_PER_TICK == 0) {
      lane.cleanRead(monoMs);
      lane.tick();
    }
    lane.flush();
    for (Runnable answer = answers.poll(); answer != null; answer = answers.poll()) {
      answer.run();
      if (answers.isEmpty()) {
        lane.flush();
      }
    }
  }

  /** One batch: each message to the end of its life. */
  @Benchmark
  public int messages() {
    for (int i = 0; i < batch; i++) {
      next = (next + 1) % PAIRS;
      send(next);
    }
    pass();
    return batch;
  }

  private void send(int pair) {
    Member sender = senders[pair];
    Member receiver = receivers[pair];
    SendFrom frame =
        SendFrom.newBuilder()
            .setSender(sender.user())
            .setDevice(sender.credentials.device().value())
            .setSend(
                Send.newBuilder()
                    .setClientId(++lastClientId[pair])
                    .setFirstTriedMs(1_700_000_000_000L + monoMs)
                    .setTo(receiver.user())
                    .setPayload(payload))
            .build();
    lane.send(TRUNK, sender.connection, 0, receiver.credentials.user(), frame);
  }

  // ---- effects

  @Override
  public void appendBlock(long seq, long timestampUs, ByteBuffer block) {
    answers.add(() -> lane.blockWritten(seq, monoMs));
  }

  @Override
  public void writeMailbox(long rows, List<MailboxRow> all) {
    answers.add(() -> lane.rowsWritten(rows));
  }

  @Override
  public void writeHistory(long rows, List<HistoryRow> all) {
    answers.add(() -> lane.rowsWritten(rows));
  }

  @Override
  public void readMailbox(long ticket, UserId user, long afterEntryId, long sinceMs, int limit) {
    answers.add(() -> lane.mailboxRead(ticket, new Page(List.of(), Long.MAX_VALUE)));
  }

  @Override
  public void readOrigins(
      long ticket,
      ConversationId conversation,
      UserId sender,
      DeviceId device,
      long fromClientId,
      long sinceMs,
      int limit) {
    answers.add(() -> lane.originsRead(ticket, Collections.emptyNavigableMap()));
  }

  @Override
  public void readDevices(long ticket, UserId user) {
    Credentials credentials = known(people.get(user)).credentials;
    Device device = new Device(credentials.device(), credentials.token().hash(), 0, false);
    answers.add(() -> lane.devicesRead(ticket, List.of(device)));
  }

  @Override
  public void addDevice(long ticket, UserId user, Device device) {}

  @Override
  public void revokeDevice(long ticket, UserId user, DeviceId device) {}

  /** A device acknowledges what it gets; to read it costs as much as it costs a gateway not. */
  @Override
  public void toTrunk(long trunk, DeliveryFrame frame) {
    if (!frame.hasRelay()) {
      return;
    }
    try {
      ServerFrame relayed = ServerFrame.parseFrom(frame.getRelay());
      if (relayed.hasDeliver()) {
        Entry last = relayed.getDeliver().getEntriesList().getLast();
        Member member = known(byConnection.get(frame.getConnection()));
        answers.add(() -> acknowledge(member, last.getEntryId()));
      }
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("a frame that a lane made", e);
    }
  }

  private static Member known(@Nullable Member member) {
    return Objects.requireNonNull(member, "a member that this benchmark made");
  }

  private void acknowledge(Member member, long entryId) {
    lane.ack(
        TRUNK,
        member.connection,
        member.credentials.user(),
        AckFrom.newBuilder()
            .setDevice(member.credentials.device().value())
            .setCursor(Cursor.newBuilder().setEntryId(entryId))
            .build());
  }

  @Override
  public boolean hasRoom(long trunk) {
    return true;
  }

  @Override
  public void toSenderHome(Copy copy) {
    answers.add(() -> lane.copy(copy));
  }

  @Override
  public void copyTaken(UserId recipient, long entryId) {
    answers.add(() -> lane.copied(recipient, entryId));
  }

  @Override
  public void raiseCeiling(long atLeast) {
    answers.add(() -> lane.ceilingRaised(atLeast));
  }

  @Override
  public void checkpoint(long seq) {
    answers.add(() -> lane.checkpointWritten(seq, SLICE_BLOCKS));
  }

  @Override
  public void dropSlice(long slice) {}

  @Override
  public void resubmitted(long ticket) {}

  @Override
  public void handOff(long ticket, IncarnationId home, long view, List<Record> records) {}

  @Override
  public void released(long view) {}

  @Override
  public void forward(long trunk, long connection, UserId to, SendFrom from) {}

  @Override
  public void resubmissionRefused(long ticket) {}
}
