package io.breakwater.client.store;

import com.google.protobuf.ByteString;
import io.breakwater.client.core.Changes;
import io.breakwater.client.core.ConversationId;
import io.breakwater.client.core.ConversationState;
import io.breakwater.client.core.MessageId;
import io.breakwater.client.core.Origin;
import io.breakwater.client.core.OutgoingMessage;
import io.breakwater.client.core.Position;
import io.breakwater.client.core.ReceivedMessage;
import io.breakwater.client.core.Seen;
import io.breakwater.client.core.UserId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Records as bytes: a kind, then fields of fixed width, big-endian; lists carry their size first. A
 * change of this format needs a new kind.
 */
final class Encoding {
  private static final byte CHANGES = 1;

  /** Not written any more, only read: {@link HandedMark} has taken its place. */
  private static final byte HANDED = 2;

  private Encoding() {}

  /** What a record says is applied to the image. */
  static void apply(byte[] bytes, Image image) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    byte kind = in.readByte();
    switch (kind) {
      case CHANGES -> image.apply(readChanges(in));
      case HANDED -> image.handed(in.readLong());
      default ->
          throw new IOException(
              "record kind: " + kind + " (expected: 1..2; was this written by a later version?)");
    }
  }

  static byte[] changes(Changes changes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(CHANGES);
    writeAll(out, changes.put(), Encoding::write);
    writeAll(out, changes.tried(), Encoding::write);
    writeAll(out, changes.removed(), Encoding::write);
    writeAll(out, changes.conversations(), Encoding::write);
    writeAll(out, changes.received(), Encoding::write);
    writeAll(out, changes.seen(), Encoding::write);
    writeAll(out, changes.forgotten(), Encoding::write);
    writeAll(out, changes.cursor().stream().toList(), Encoding::write);
    return bytes.toByteArray();
  }

  private static Changes readChanges(DataInputStream in) throws IOException {
    return new Changes(
        readAll(in, Encoding::readOutgoing),
        readAll(in, Encoding::readTried),
        readAll(in, Encoding::readRemoved),
        readAll(in, Encoding::readConversation),
        readAll(in, Encoding::readReceived),
        readAll(in, Encoding::readSeen),
        readAll(in, Encoding::readStream),
        Optional.ofNullable(readAll(in, Encoding::readPosition).stream().findFirst().orElse(null)));
  }

  private interface Writer<T> {
    void write(DataOutputStream out, T value) throws IOException;
  }

  private interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  private static <T> void writeAll(DataOutputStream out, List<T> values, Writer<T> writer)
      throws IOException {
    out.writeInt(values.size());
    for (T value : values) {
      writer.write(out, value);
    }
  }

  private static <T> List<T> readAll(DataInputStream in, Reader<T> reader) throws IOException {
    int size = readSize(in);
    List<T> values = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      values.add(reader.read(in));
    }
    return List.copyOf(values);
  }

  private static void write(DataOutputStream out, OutgoingMessage message) throws IOException {
    write(out, message.peer());
    out.writeLong(message.clientId());
    out.writeLong(message.firstTriedMs());
    write(out, message.payload());
  }

  private static OutgoingMessage readOutgoing(DataInputStream in) throws IOException {
    return new OutgoingMessage(readUser(in), in.readLong(), in.readLong(), readBytes(in));
  }

  private static void write(DataOutputStream out, Changes.Tried tried) throws IOException {
    write(out, tried.peer());
    out.writeLong(tried.clientId());
    out.writeLong(tried.firstTriedMs());
  }

  private static Changes.Tried readTried(DataInputStream in) throws IOException {
    return new Changes.Tried(readUser(in), in.readLong(), in.readLong());
  }

  private static void write(DataOutputStream out, Changes.Removed removed) throws IOException {
    write(out, removed.peer());
    out.writeLong(removed.clientId());
  }

  private static Changes.Removed readRemoved(DataInputStream in) throws IOException {
    return new Changes.Removed(readUser(in), in.readLong());
  }

  private static void write(DataOutputStream out, ConversationState state) throws IOException {
    write(out, state.peer());
    out.writeLong(state.lastClientId());
    write(out, state.highest());
  }

  private static ConversationState readConversation(DataInputStream in) throws IOException {
    return new ConversationState(readUser(in), in.readLong(), readMessageId(in));
  }

  private static void write(DataOutputStream out, ReceivedMessage message) throws IOException {
    out.writeLong(message.entryId());
    out.writeLong(message.timeMs());
    write(out, message.messageId());
    write(out, message.origin().stream());
    out.writeLong(message.origin().clientId());
    write(out, message.to());
    write(out, message.payload());
  }

  private static ReceivedMessage readReceived(DataInputStream in) throws IOException {
    return new ReceivedMessage(
        in.readLong(),
        in.readLong(),
        readMessageId(in),
        new Origin(readStream(in), in.readLong()),
        readUser(in),
        readBytes(in));
  }

  private static void write(DataOutputStream out, Seen seen) throws IOException {
    write(out, seen.stream());
    out.writeLong(seen.highest());
    out.writeLong(seen.map());
  }

  private static Seen readSeen(DataInputStream in) throws IOException {
    return new Seen(readStream(in), in.readLong(), in.readLong());
  }

  private static void write(DataOutputStream out, Origin.Stream stream) throws IOException {
    write(out, stream.sender());
    out.writeInt(stream.senderDevice());
    out.writeLong(stream.conversation().high());
    out.writeLong(stream.conversation().low());
  }

  private static Origin.Stream readStream(DataInputStream in) throws IOException {
    return new Origin.Stream(
        readUser(in), in.readInt(), new ConversationId(in.readLong(), in.readLong()));
  }

  private static void write(DataOutputStream out, Position position) throws IOException {
    out.writeLong(position.entryId());
    out.writeLong(position.timeMs());
  }

  private static Position readPosition(DataInputStream in) throws IOException {
    return new Position(in.readLong(), in.readLong());
  }

  private static void write(DataOutputStream out, UserId user) throws IOException {
    out.writeLong(user.high());
    out.writeLong(user.low());
  }

  private static UserId readUser(DataInputStream in) throws IOException {
    return new UserId(in.readLong(), in.readLong());
  }

  private static void write(DataOutputStream out, MessageId id) throws IOException {
    out.writeLong(id.high());
    out.writeLong(id.low());
  }

  private static MessageId readMessageId(DataInputStream in) throws IOException {
    return new MessageId(in.readLong(), in.readLong());
  }

  private static int readSize(DataInputStream in) throws IOException {
    int size = in.readInt();
    if (size < 0) {
      throw new IOException("record with a size of " + size + " (expected: from 0 on)");
    }
    return size;
  }

  private static void write(DataOutputStream out, ByteString bytes) throws IOException {
    out.writeInt(bytes.size());
    bytes.writeTo(out);
  }

  private static ByteString readBytes(DataInputStream in) throws IOException {
    int size = readSize(in);
    byte[] bytes = in.readNBytes(size);
    if (bytes.length != size) {
      throw new IOException("record ends within a field of " + size + " bytes");
    }
    return ByteString.copyFrom(bytes);
  }
}
