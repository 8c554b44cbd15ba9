package io.breakwater.delivery.lane;

import com.google.protobuf.ByteString;
import io.breakwater.common.id.ConversationId;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.common.id.MessageId;
import io.breakwater.common.id.UserId;
import io.breakwater.delivery.recovery.Estate;
import io.breakwater.delivery.recovery.JournalRun;
import io.breakwater.proto.client.DeviceChange;
import io.breakwater.proto.client.Entry;
import io.breakwater.proto.client.Message;
import io.breakwater.proto.journal.Block;
import io.breakwater.proto.journal.Record;
import io.breakwater.storage.JournalStore.StoredBlock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A journal that holds anything. Recovery takes what can be read and says that the rest is damaged;
 * it never throws, since a process that ends over its journal ends again at each start. The input
 * is a list of blocks: a byte for its number, two for its length, and its bytes.
 */
final class RecoveryFuzz {
  private static final int IN_FLIGHT = 4;
  private static final IncarnationId DEAD = new IncarnationId(0, 1);
  private static final UserId ALICE = new UserId(0, 1);
  private static final UserId BOB = new UserId(0, 2);

  private RecoveryFuzz() {}

  static void fuzzerTestOneInput(byte[] input) {
    List<StoredBlock> blocks = blocks(ByteBuffer.wrap(input));
    JournalRun run = JournalRun.of(1, blocks, IN_FLIGHT);
    if (run.cut() > blocks.size() || run.cut() < 0) {
      throw new AssertionError(run.cut() + " cut of " + blocks.size());
    }
    Bench bench = new Bench();
    for (List<Record> part :
        Estate.divide(run.records(), user -> (int) (user.low() & 1)).parts().values()) {
      bench.input(() -> bench.lane.resubmit(1, 0, DEAD, part));
    }
    bench.pass(10_000);
    bench.lane.hurry();
    bench.pass(5_000);
    if (!bench.lane.isSettled()) {
      throw new AssertionError("what was taken over is never settled: " + run);
    }
  }

  private static List<StoredBlock> blocks(ByteBuffer input) {
    List<StoredBlock> blocks = new ArrayList<>();
    while (input.remaining() >= 3) {
      int seq = input.get() & 0xFF;
      int bytes = Math.min(input.getShort() & 0xFFFF, input.remaining());
      blocks.add(new StoredBlock(seq, input.slice(input.position(), bytes)));
      input.position(input.position() + bytes);
    }
    return blocks;
  }

  static List<byte[]> seeds() {
    Record direct = direct(501, 1);
    Record next = direct(502, 2);
    Record copy = direct(503, 3).toBuilder().setKind(io.breakwater.proto.journal.Kind.COPY).build();
    Record change =
        Record.newBuilder()
            .setUser(ByteString.copyFrom(BOB.bytes()))
            .setKind(io.breakwater.proto.journal.Kind.DEVICE)
            .setEntry(
                Entry.newBuilder()
                    .setEntryId(504)
                    .setTimeMs(1_700_000_000_000L)
                    .setLinked(DeviceChange.newBuilder().setDevice(4))
                    .build()
                    .toByteString())
            .build();
    return List.of(
        journal(block(1, 1, direct), block(2, 1, next)),
        journal(block(1, 1, direct, copy), block(2, 2, change), block(4, 2, next)));
  }

  private static Record direct(long entryId, long clientId) {
    return Record.newBuilder()
        .setUser(ByteString.copyFrom(BOB.bytes()))
        .setKind(io.breakwater.proto.journal.Kind.DIRECT)
        .setEntry(
            Entry.newBuilder()
                .setEntryId(entryId)
                .setTimeMs(1_700_000_000_000L)
                .setMessage(
                    Message.newBuilder()
                        .setMessageId(
                            ByteString.copyFrom(
                                MessageId.next(MessageId.NONE, 1_700_000_000_000L, clientId)
                                    .bytes()))
                        .setConversation(
                            ByteString.copyFrom(ConversationId.direct(ALICE, BOB).bytes()))
                        .setSender(ByteString.copyFrom(ALICE.bytes()))
                        .setSenderDevice(3)
                        .setClientId(clientId)
                        .setTo(ByteString.copyFrom(BOB.bytes())))
                .build()
                .toByteString())
        .build();
  }

  private static byte[] block(int seq, long checkpoint, Record... records) {
    byte[] block =
        Block.newBuilder()
            .setVersion(1)
            .setCheckpoint(checkpoint)
            .addAllRecords(List.of(records))
            .build()
            .toByteArray();
    return ByteBuffer.allocate(3 + block.length)
        .put((byte) seq)
        .putShort((short) block.length)
        .put(block)
        .array();
  }

  private static byte[] journal(byte[]... blocks) {
    ByteBuffer journal = ByteBuffer.allocate(8_192);
    for (byte[] block : blocks) {
      journal.put(block);
    }
    byte[] bytes = new byte[journal.position()];
    journal.flip().get(bytes);
    return bytes;
  }
}
