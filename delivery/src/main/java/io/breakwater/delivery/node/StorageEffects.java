package io.breakwater.delivery.node;

import com.google.protobuf.UnsafeByteOperations;
import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.DeviceId;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.UserId;
import io.breakwater.common.priority.Priority;
import io.breakwater.delivery.credit.Tally;
import io.breakwater.delivery.lane.Copy;
import io.breakwater.delivery.lane.Lane;
import io.breakwater.delivery.lane.LaneEffects;
import io.breakwater.delivery.node.Peers.Misdirected;
import io.breakwater.proto.journal.Record;
import io.breakwater.proto.relay.CopyTaken;
import io.breakwater.proto.relay.RelayFrame;
import io.breakwater.proto.trunk.DeliveryBatch;
import io.breakwater.proto.trunk.DeliveryFrame;
import io.breakwater.proto.trunk.SendFrom;
import io.breakwater.storage.AccountStore.Device;
import io.breakwater.storage.HistoryStore.HistoryRow;
import io.breakwater.storage.JournalStore.LaneKey;
import io.breakwater.storage.MailboxStore.MailboxRow;
import io.breakwater.storage.Storage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what a lane wants: storage calls whose answers come back as inputs, frames and what
 * other lanes are told, which are collected until the end of the batch. Confined to the lane's
 * thread, but for the answers.
 */
final class StorageEffects implements LaneEffects {
  private static final Logger log = LoggerFactory.getLogger(StorageEffects.class);

  /** A batch is sent when it has so many bytes: gateways take 4 MiB at most. */
  private static final int BATCH_BYTES = 512 << 10;

  private static final class Pending {
    final DeliveryBatch.Builder batch = DeliveryBatch.newBuilder();
    int bytes;
  }

  private static final class Told {
    final List<RelayFrame> frames = new ArrayList<>();
    int bytes;
  }

  private final int number;
  private final LaneKey key;
  private final Storage storage;
  private final Node node;
  private final Clocks clocks;
  private final LaneRunner runner;
  private final Tally tally;
  private final Map<Long, Pending> outgoing = new HashMap<>();
  private final Map<LaneRunner, List<Consumer<Lane>>> toLanes = new HashMap<>();
  private final Map<IncarnationId, Told> toPeers = new HashMap<>();

  StorageEffects(
      int number,
      LaneKey key,
      Storage storage,
      Node node,
      Clocks clocks,
      Tally tally,
      LaneRunner runner) {
    this.number = number;
    this.key = key;
    this.storage = storage;
    this.node = node;
    this.clocks = clocks;
    this.tally = tally;
    this.runner = runner;
  }

  /** Sends what was collected. */
  void flush() {
    outgoing.forEach((trunk, pending) -> node.trunks().send(trunk, pending.batch.build()));
    outgoing.clear();
    toLanes.forEach((home, inputs) -> home.submit(lane -> inputs.forEach(i -> i.accept(lane))));
    toLanes.clear();
    toPeers.forEach((home, told) -> node.peers().tell(home, told.frames));
    toPeers.clear();
  }

  private void toPeer(IncarnationId home, RelayFrame frame) {
    Told told = toPeers.computeIfAbsent(home, _ -> new Told());
    told.frames.add(frame);
    told.bytes += frame.getSerializedSize();
    if (told.bytes >= BATCH_BYTES) {
      toPeers.remove(home);
      node.peers().tell(home, told.frames);
    }
  }

  private static io.breakwater.proto.relay.Copy describe(Copy copy) {
    return io.breakwater.proto.relay.Copy.newBuilder()
        .setSender(UnsafeByteOperations.unsafeWrap(copy.sender().bytes()))
        .setDevice(copy.origin().device().value())
        .setConversation(UnsafeByteOperations.unsafeWrap(copy.origin().conversation().bytes()))
        .setClientId(copy.origin().clientId())
        .setMessageId(UnsafeByteOperations.unsafeWrap(copy.message().bytes()))
        .setRecipient(UnsafeByteOperations.unsafeWrap(copy.recipient().bytes()))
        .setEntryId(copy.entryId())
        .setAfter(copy.after())
        .setEntry(copy.entry())
        .build();
  }

  /** Each message asks its sender's home and is answered: a batch of them wakes a lane once. */
  private void toLane(UserId user, Consumer<Lane> input) {
    toLanes.computeIfAbsent(node.lane(user), _ -> new ArrayList<>()).add(input);
  }

  private <T> void answer(
      String what, CompletionStage<T> stage, BiConsumer<Lane, T> done, Consumer<Lane> failed) {
    stage.whenComplete(
        (result, failure) -> {
          if (failure == null) {
            runner.submit(lane -> done.accept(lane, result));
          } else {
            node.storageFailed(what, failure);
            runner.submit(failed);
          }
        });
  }

  @Override
  public void appendBlock(long seq, long timestampUs, ByteBuffer block) {
    long beganUs = clocks.monoUs();
    tally.arrived(Tally.BLOCKS, 1);
    answer(
        "journal",
        // The time of the answer is taken where it arrives: a wait in the lane's queue makes it no
        // later.
        storage
            .journal()
            .append(key, seq, timestampUs, block)
            // Also one that failed: it has taken so long at least.
            .whenComplete((_, _) -> blockTook(clocks.monoUs() - beganUs))
            .thenApply(_ -> clocks.monoMs()),
        (lane, atMono) -> lane.blockWritten(seq, atMono),
        lane -> lane.blockFailed(seq));
  }

  private void blockTook(long micros) {
    tally.waited(Tally.BLOCKS, micros);
    tally.done(Tally.BLOCKS);
  }

  @Override
  public void writeMailbox(long batch, List<MailboxRow> rows) {
    answer(
        "mailbox rows",
        storage.mailboxes().write(rows),
        (lane, _) -> lane.rowsWritten(batch),
        lane -> lane.rowsFailed(batch));
  }

  @Override
  public void writeHistory(long batch, List<HistoryRow> rows) {
    answer(
        "history rows",
        storage.history().write(rows),
        (lane, _) -> lane.rowsWritten(batch),
        lane -> lane.rowsFailed(batch));
  }

  @Override
  public void readMailbox(long ticket, UserId user, long afterEntryId, long sinceMs, int limit) {
    answer(
        "mailbox read",
        storage.mailboxes().read(user, afterEntryId, sinceMs, clocks.wallMs(), limit),
        (lane, page) -> lane.mailboxRead(ticket, page),
        lane -> lane.requestFailed(ticket));
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
    answer(
        "origins read",
        storage
            .history()
            .acceptedOrigins(
                conversation, sender, device, fromClientId, sinceMs, clocks.wallMs(), limit),
        (lane, rows) -> lane.originsRead(ticket, rows),
        lane -> lane.requestFailed(ticket));
  }

  @Override
  public void readDevices(long ticket, UserId user) {
    answer(
        "devices read",
        storage.accounts().devices(user),
        (lane, devices) -> lane.devicesRead(ticket, devices),
        lane -> lane.requestFailed(ticket));
  }

  @Override
  public void addDevice(long ticket, UserId user, Device device) {
    answer(
        "device",
        storage.accounts().addDevice(user, device, clocks.wallMs()),
        (lane, _) -> lane.deviceWritten(ticket),
        lane -> lane.requestFailed(ticket));
  }

  @Override
  public void revokeDevice(long ticket, UserId user, DeviceId device) {
    answer(
        "device",
        storage.accounts().revokeDevice(user, device),
        (lane, _) -> lane.deviceWritten(ticket),
        lane -> lane.requestFailed(ticket));
  }

  @Override
  public void toTrunk(long trunk, DeliveryFrame frame) {
    Pending pending = outgoing.computeIfAbsent(trunk, _ -> new Pending());
    pending.batch.addFrames(frame);
    pending.bytes += frame.getSerializedSize();
    if (pending.bytes >= BATCH_BYTES) {
      outgoing.remove(trunk);
      node.trunks().send(trunk, pending.batch.build());
    }
  }

  @Override
  public boolean hasRoom(long trunk) {
    return node.trunks().hasRoom(trunk);
  }

  @Override
  public void toSenderHome(Copy copy) {
    Optional<IncarnationId> home = node.homeElsewhere(copy.sender());
    if (home.isPresent()) {
      toPeer(home.get(), RelayFrame.newBuilder().setCopy(describe(copy)).build());
    } else {
      toLane(copy.sender(), lane -> lane.copy(copy));
    }
  }

  @Override
  public void copyTaken(UserId recipient, long entryId) {
    Optional<IncarnationId> home = node.homeElsewhere(recipient);
    if (home.isPresent()) {
      toPeer(
          home.get(),
          RelayFrame.newBuilder()
              .setCopyTaken(
                  CopyTaken.newBuilder()
                      .setRecipient(UnsafeByteOperations.unsafeWrap(recipient.bytes()))
                      .setEntryId(entryId))
              .build());
    } else {
      toLane(recipient, lane -> lane.copied(recipient, entryId));
    }
  }

  @Override
  public void raiseCeiling(long atLeast) {
    node.raiseCeiling(atLeast);
  }

  @Override
  public void checkpoint(long seq) {
    node.checkpoint(number, seq);
  }

  @Override
  public void dropSlice(long slice) {
    storage
        .journal()
        .dropSlice(key, slice)
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                log.debug("slice {} of lane {} stays", slice, number, failure);
              }
            });
  }

  @Override
  public void resubmitted(long ticket) {
    node.resubmissions().published(ticket);
  }

  @Override
  public void resubmissionRefused(long ticket) {
    node.resubmissions().refused(ticket);
  }

  @Override
  public void handOff(long ticket, IncarnationId home, long view, List<Record> records) {
    node.resubmit(home, view, node.incarnation(), records)
        .whenComplete(
            (isPublished, failure) -> {
              boolean isDone = failure == null && isPublished;
              runner.submit(
                  lane -> {
                    if (isDone) {
                      lane.handedOff(ticket);
                    } else {
                      lane.handOffFailed(ticket);
                    }
                  });
            });
  }

  @Override
  public void released(long view) {
    node.released(number, view);
  }

  @Override
  public void forward(long trunk, long connection, UserId to, SendFrom from) {
    node.forward(new Misdirected(trunk, connection, to, from));
  }

  @Override
  public void sendWaited(long ms) {
    tally.waited(Priority.SEND.number, ms * 1_000);
  }

  @Override
  public void sendTurnedAway(long ms) {
    tally.turnedAway(Priority.SEND.number, ms * 1_000);
  }

  @Override
  public void attachTurnedAway() {
    tally.turnedAway(Priority.RESUME.number, 0);
  }
}
