package io.breakwater.delivery.lane;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.Origin;
import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.CredentialMint;
import io.breakwater.common.secret.Credentials;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.ServerFrame;
import io.breakwater.proto.journal.Record;
import io.breakwater.proto.trunk.AckFrom;
import io.breakwater.proto.trunk.Attach;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.SendFrom;
import io.breakwater.storage.AccountStore.Device;
import io.breakwater.storage.HistoryStore.HistoryRow;
import io.breakwater.storage.JournalStore.LaneKey;
import io.breakwater.storage.MailboxStore.MailboxRow;
import io.breakwater.storage.StorageLayout;
import io.breakwater.storage.testing.InMemoryStorage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One lane on storage in memory, with a clock that is turned by hand and answers that can be held.
 */
final class Bench implements LaneEffects {
  /** What storage is asked for. */
  enum Kind {
    BLOCK,
    MAILBOX_ROWS,
    HISTORY_ROWS,
    MAILBOX_READ,
    ORIGINS_READ,
    DEVICES_READ,
    DEVICE,
    CEILING,
    CHECKPOINT,
    COPY
  }

  /** A device with its credentials. */
  record Member(Credentials credentials) {
    UserId user() {
      return credentials.user();
    }

    DeviceId device() {
      return credentials.device();
    }
  }

  static final long TRUNK = 7;

  /** Entries that are to be handed to another node. */
  record Parcel(long ticket, IncarnationId home, long view, List<Record> records) {}

  final InMemoryStorage storage;
  final CredentialMint mint = new CredentialMint(new byte[32]);
  final LaneLimits limits;
  final Lane lane;

  /** Frames that were sent down the trunk, the oldest first; a test takes them away. */
  final List<DeliveryFrame> frames = new ArrayList<>();

  final List<Long> checkpoints = new ArrayList<>();

  /** What is to be handed off, forwarded, was released, and was taken over; the oldest first. */
  final List<Parcel> parcels = new ArrayList<>();

  final List<SendFrom> forwarded = new ArrayList<>();

  /** How long messages have waited until they were published, ms. */
  final List<Long> sendsWaited = new ArrayList<>();

  final List<Long> sendsTurnedAway = new ArrayList<>();
  int attachesTurnedAway;
  private long devicesReadTicket;

  final List<Long> released = new ArrayList<>();
  final List<Long> resubmitted = new ArrayList<>();
  final List<Long> resubmissionsRefused = new ArrayList<>();
  final List<Long> droppedSlices = new ArrayList<>();
  final List<Long> blocksInOrderOfWriting = new ArrayList<>();
  final List<Record> journaled = new ArrayList<>();

  /** Rows of each batch, in the order of writing. */
  final List<Integer> mailboxBatches = new ArrayList<>();

  final List<Integer> historyBatches = new ArrayList<>();
  private final Map<Kind, Deque<Runnable>> answers = new EnumMap<>(Kind.class);
  private final Deque<Long> deviceTickets = new ArrayDeque<>();
  private final Map<Kind, Deque<Long>> rowTickets = new EnumMap<>(Kind.class);

  /** Every copy that was asked for, in order. */
  final List<Copy> copies = new ArrayList<>();

  private final Set<Kind> held = EnumSet.noneOf(Kind.class);
  private final LaneKey key;
  boolean readsAreClean = true;

  /** Whether the gateway reads its trunk. */
  boolean trunkHasRoom = true;

  private long wallMs = 1_700_000_000_000L;
  private long monoMs = 50_000;
  private byte nextSecret = 1;

  Bench() {
    this(Bench.limits());
  }

  Bench(LaneLimits limits) {
    this(
        limits, new InMemoryStorage(StorageLayout.forOneMachine()), new IncarnationId(1, 2), 1_001);
  }

  /** A lane of one node of several, which share a storage. */
  Bench(LaneLimits limits, InMemoryStorage storage, IncarnationId incarnation, long firstId) {
    this.limits = limits;
    this.storage = storage;
    key = new LaneKey(incarnation, 0);
    lane = new Lane(this, limits, storage.layout(), incarnation, firstId, firstId + (1 << 20));
    for (Kind kind : Kind.values()) {
      answers.put(kind, new ArrayDeque<>());
    }
    pass(0);
  }

  /** Small ones. */
  static LaneLimits limits() {
    return new LaneLimits(
        256,
        4,
        40,
        100_000,
        4,
        100_000,
        1_000,
        2_000,
        8,
        10_000,
        4,
        5_000,
        1_000,
        100,
        16,
        1_000,
        40,
        30L * 24 * 3600 * 1000,
        7L * 24 * 3600 * 1000,
        true);
  }

  // ---- time

  long wallMs() {
    return wallMs;
  }

  /** Time goes on; the lane ticks, its own row is read, and storage answers. */
  void pass(long ms) {
    long untilMs = monoMs + ms;
    do {
      lane.advance(wallMs, monoMs);
      if (readsAreClean) {
        lane.cleanRead(monoMs);
      }
      lane.tick();
      settle();
      long stepMs = Math.min(100, untilMs - monoMs);
      wallMs += stepMs;
      monoMs += stepMs;
    } while (monoMs < untilMs);
    lane.advance(wallMs, monoMs);
    settle();
  }

  /** Only the wall clock moves. */
  void stepClock(long byMs) {
    wallMs += byMs;
  }

  void cleanRead() {
    input(() -> lane.cleanRead(monoMs));
  }

  void input(Runnable input) {
    lane.advance(wallMs, monoMs);
    input.run();
    settle();
  }

  private void settle() {
    lane.flush();
    for (boolean progress = true; progress; ) {
      progress = false;
      for (Kind kind : Kind.values()) {
        if (!held.contains(kind) && !answers(kind).isEmpty()) {
          answers(kind).remove().run();
          lane.flush();
          progress = true;
        }
      }
    }
  }

  private Deque<Runnable> answers(Kind kind) {
    return answers.computeIfAbsent(kind, _ -> new ArrayDeque<>());
  }

  /** Answers of this kind do not come. */
  void hold(Kind kind) {
    held.add(kind);
  }

  void release(Kind kind) {
    held.remove(kind);
    lane.advance(wallMs, monoMs);
    settle();
  }

  /** The earliest of the answers that are held comes. */
  void releaseEarliest(Kind kind) {
    input(() -> answers(kind).remove().run());
  }

  /** What was held is lost; from now on storage and other homes answer again. */
  void forget(Kind kind) {
    answers(kind).clear();
    release(kind);
  }

  /** The latest of the answers that are held comes before the others. */
  void releaseLatest(Kind kind) {
    input(() -> answers(kind).removeLast().run());
  }

  /** The write of a device that is held the longest fails. */
  void failDevice() {
    answers(Kind.DEVICE).remove();
    input(() -> lane.requestFailed(deviceTickets.remove()));
  }

  /** The only read of devices that is held fails. */
  void failDevicesRead() {
    answers(Kind.DEVICES_READ).remove();
    input(() -> lane.requestFailed(devicesReadTicket));
  }

  private Deque<Long> rowTickets(Kind kind) {
    return rowTickets.computeIfAbsent(kind, _ -> new ArrayDeque<>());
  }

  /** The batch of rows that is held the longest fails. */
  void failRows(Kind kind) {
    answers(kind).remove();
    input(() -> lane.rowsFailed(rowTickets(kind).remove()));
  }

  int heldAnswers(Kind kind) {
    return answers(kind).size();
  }

  // ---- people

  Member signUp() {
    return add(mint.signUp(secret()));
  }

  Member anotherDevice(Member of) {
    return add(mint.link(of.user(), secret()));
  }

  byte[] secret() {
    byte[] secret = new byte[16];
    secret[0] = nextSecret++;
    return secret;
  }

  private Member add(Credentials credentials) {
    Device row = new Device(credentials.device(), credentials.token().hash(), 0, false);
    storage.accounts().addDevice(credentials.user(), row, wallMs).toCompletableFuture().join();
    return new Member(credentials);
  }

  void attach(Member member, long connection, long cursor) {
    attach(member, connection, 0, cursor);
  }

  void attach(Member member, long connection, long generation, long cursor) {
    attachThrough(TRUNK, member, connection, generation, cursor);
  }

  void attachThrough(long trunk, Member member, long connection, long generation, long cursor) {
    Attach attach =
        Attach.newBuilder()
            .setDevice(member.device().value())
            .setTokenHash(ByteString.copyFrom(member.credentials().token().hash().bytes()))
            .setGeneration(generation)
            .setCursor(Cursor.newBuilder().setEntryId(cursor))
            .build();
    input(() -> lane.attach(trunk, connection, 0, member.user(), attach));
  }

  void ack(Member member, long connection, long entryId) {
    AckFrom ack =
        AckFrom.newBuilder()
            .setDevice(member.device().value())
            .setCursor(Cursor.newBuilder().setEntryId(entryId))
            .build();
    input(() -> lane.ack(TRUNK, connection, member.user(), ack));
  }

  /** A first transmission. */
  void send(Member from, UserId to, long clientId, long prev) {
    send(from, to, Send.newBuilder().setClientId(clientId).setPrev(prev));
  }

  void send(Member from, UserId to, Send.Builder send) {
    sendFirst(from, to, send.setPayload(ByteString.copyFromUtf8("message " + send.getClientId())));
  }

  /** The same, with a payload of its own. */
  void sendFirst(Member from, UserId to, Send.Builder send) {
    SendFrom frame =
        SendFrom.newBuilder()
            .setSender(ByteString.copyFrom(from.user().bytes()))
            .setDevice(from.device().value())
            .setSend(send.setTo(ByteString.copyFrom(to.bytes())).setFirstTriedMs(wallMs))
            .build();
    input(() -> lane.send(TRUNK, from.device().value(), 0, to, frame));
  }

  /** A first transmission that came to the node so long ago, and waited for its lane. */
  void sendThatCame(long agoMs, Member from, UserId to, long clientId) {
    SendFrom frame =
        SendFrom.newBuilder()
            .setSender(ByteString.copyFrom(from.user().bytes()))
            .setDevice(from.device().value())
            .setSend(
                Send.newBuilder()
                    .setClientId(clientId)
                    .setTo(ByteString.copyFrom(to.bytes()))
                    .setFirstTriedMs(wallMs))
            .build();
    input(
        () -> {
          lane.arrived(monoMs - agoMs);
          lane.send(TRUNK, from.device().value(), 0, to, frame);
        });
  }

  /** A copy from the home of a recipient that is on another lane. */
  void copy(Member sender, long clientId) {
    UserId recipient = new UserId(9, 9);
    MessageId message = MessageId.next(MessageId.NONE, wallMs + clientId, 1);
    ConversationId conversation = ConversationId.direct(sender.user(), recipient);
    Entry entry =
        Entry.newBuilder()
            .setMessage(
                Message.newBuilder()
                    .setMessageId(ByteString.copyFrom(message.bytes()))
                    .setConversation(ByteString.copyFrom(conversation.bytes()))
                    .setSender(ByteString.copyFrom(sender.user().bytes()))
                    .setSenderDevice(sender.device().value())
                    .setClientId(clientId)
                    .setTo(ByteString.copyFrom(recipient.bytes())))
            .build();
    input(
        () ->
            lane.copy(
                new Copy(
                    new Origin(sender.user(), sender.device(), conversation, clientId),
                    message,
                    recipient,
                    clientId,
                    0,
                    entry.toByteString())));
  }

  // ---- what came

  /** Frames for a connection, taken away. */
  List<DeliveryFrame> take(long connection) {
    List<DeliveryFrame> taken =
        frames.stream().filter(frame -> frame.getConnection() == connection).toList();
    frames.removeAll(taken);
    return taken;
  }

  /** Relayed frames for a connection, taken away. */
  List<ServerFrame> relayed(long connection) {
    return take(connection).stream()
        .filter(DeliveryFrame::hasRelay)
        .map(frame -> parse(frame.getRelay()))
        .toList();
  }

  /** The one answer to a send of this device, taken away. */
  ServerFrame answer(Member to) {
    List<ServerFrame> answers = relayed(Integer.toUnsignedLong(to.device().value()));
    answers = answers.isEmpty() ? relayed(to.device().value()) : answers;
    if (answers.size() != 1) {
      throw new AssertionError("answers: " + answers + " (expected: one)");
    }
    return answers.getFirst();
  }

  /** Client ids of the messages that were delivered to a connection, taken away. */
  List<Long> delivered(long connection) {
    return entries(connection).stream().map(entry -> entry.getMessage().getClientId()).toList();
  }

  /** Entries that were delivered to a connection, taken away. */
  List<Entry> entries(long connection) {
    return relayed(connection).stream()
        .filter(ServerFrame::hasDeliver)
        .flatMap(frame -> frame.getDeliver().getEntriesList().stream())
        .toList();
  }

  /** Everything that was journaled, in order. */
  List<Entry> journaledEntries() {
    return journaled.stream().map(Bench::entry).toList();
  }

  private static Entry entry(Record record) {
    try {
      return Entry.parseFrom(record.getEntry());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("an entry that a lane made", e);
    }
  }

  static ServerFrame parse(ByteString relay) {
    try {
      return ServerFrame.parseFrom(relay);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("a frame that a lane made", e);
    }
  }

  static MessageId id(ServerFrame sent) {
    return MessageId.of(sent.getSent().getMessageId().asReadOnlyByteBuffer());
  }

  // ---- effects

  @Override
  public void appendBlock(long seq, long timestampUs, ByteBuffer block) {
    blocksInOrderOfWriting.add(seq);
    try {
      journaled.addAll(
          io.breakwater.proto.journal.Block.parseFrom(block.duplicate()).getRecordsList());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("a block that a lane made", e);
    }
    answers(Kind.BLOCK)
        .add(
            () -> {
              storage.journal().append(key, seq, timestampUs, block).toCompletableFuture().join();
              lane.blockWritten(seq, monoMs);
            });
  }

  @Override
  public void writeMailbox(long batch, List<MailboxRow> rows) {
    mailboxBatches.add(rows.size());
    rowTickets(Kind.MAILBOX_ROWS).add(batch);
    answers(Kind.MAILBOX_ROWS)
        .add(
            () -> {
              rowTickets(Kind.MAILBOX_ROWS).remove(batch);
              storage.mailboxes().write(rows).toCompletableFuture().join();
              lane.rowsWritten(batch);
            });
  }

  @Override
  public void writeHistory(long batch, List<HistoryRow> rows) {
    historyBatches.add(rows.size());
    rowTickets(Kind.HISTORY_ROWS).add(batch);
    answers(Kind.HISTORY_ROWS)
        .add(
            () -> {
              rowTickets(Kind.HISTORY_ROWS).remove(batch);
              storage.history().write(rows).toCompletableFuture().join();
              lane.rowsWritten(batch);
            });
  }

  @Override
  public void readMailbox(long ticket, UserId user, long afterEntryId, long sinceMs, int limit) {
    var page =
        storage
            .mailboxes()
            .read(user, afterEntryId, sinceMs, wallMs, limit)
            .toCompletableFuture()
            .join();
    answers(Kind.MAILBOX_READ).add(() -> lane.mailboxRead(ticket, page));
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
    var rows =
        storage
            .history()
            .acceptedOrigins(conversation, sender, device, fromClientId, sinceMs, wallMs, limit)
            .toCompletableFuture()
            .join();
    answers(Kind.ORIGINS_READ).add(() -> lane.originsRead(ticket, rows));
  }

  @Override
  public void readDevices(long ticket, UserId user) {
    devicesReadTicket = ticket;
    var devices = storage.accounts().devices(user).toCompletableFuture().join();
    answers(Kind.DEVICES_READ).add(() -> lane.devicesRead(ticket, devices));
  }

  @Override
  public void addDevice(long ticket, UserId user, Device device) {
    deviceTickets.add(ticket);
    answers(Kind.DEVICE)
        .add(
            () -> {
              deviceTickets.remove(ticket);
              storage.accounts().addDevice(user, device, wallMs).toCompletableFuture().join();
              lane.deviceWritten(ticket);
            });
  }

  @Override
  public void revokeDevice(long ticket, UserId user, DeviceId device) {
    deviceTickets.add(ticket);
    answers(Kind.DEVICE)
        .add(
            () -> {
              deviceTickets.remove(ticket);
              storage.accounts().revokeDevice(user, device).toCompletableFuture().join();
              lane.deviceWritten(ticket);
            });
  }

  @Override
  public void toTrunk(long trunk, DeliveryFrame frame) {
    frames.add(frame);
  }

  @Override
  public boolean hasRoom(long trunk) {
    return trunkHasRoom;
  }

  @Override
  public void toSenderHome(Copy copy) {
    copies.add(copy);
    answers(Kind.COPY).add(() -> lane.copy(copy));
  }

  @Override
  public void copyTaken(UserId recipient, long entryId) {
    answers(Kind.COPY).add(() -> lane.copied(recipient, entryId));
  }

  @Override
  public void raiseCeiling(long atLeast) {
    answers(Kind.CEILING).add(() -> lane.ceilingRaised(atLeast));
  }

  @Override
  public void checkpoint(long seq) {
    checkpoints.add(seq);
    answers(Kind.CHECKPOINT).add(() -> lane.checkpointWritten(seq, 2));
  }

  @Override
  public void dropSlice(long slice) {
    droppedSlices.add(slice);
  }

  @Override
  public void resubmitted(long ticket) {
    resubmitted.add(ticket);
  }

  @Override
  public void resubmissionRefused(long ticket) {
    resubmissionsRefused.add(ticket);
  }

  @Override
  public void handOff(long ticket, IncarnationId home, long view, List<Record> records) {
    parcels.add(new Parcel(ticket, home, view, records));
  }

  @Override
  public void released(long view) {
    released.add(view);
  }

  @Override
  public void forward(long trunk, long connection, UserId to, SendFrom from) {
    forwarded.add(from);
  }

  @Override
  public void sendWaited(long ms) {
    sendsWaited.add(ms);
  }

  @Override
  public void sendTurnedAway(long ms) {
    sendsTurnedAway.add(ms);
  }

  @Override
  public void attachTurnedAway() {
    attachesTurnedAway++;
  }
}
