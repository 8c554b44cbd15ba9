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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A device's log that holds anything: it is read, or refused with an {@code IOException}; what was
 * read is the same after it was written again. With an even first byte the rest is the file after
 * its magic number, with an odd one the content of one record.
 */
final class DeviceLogFuzz {
  private DeviceLogFuzz() {}

  static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(input, 1, input.length);
    try {
      if (input[0] % 2 == 0) {
        file(rest);
      } else {
        record(rest);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void file(byte[] content) throws IOException {
    Path file = Files.createTempFile("device", ".log");
    try {
      Files.write(
          file,
          ByteBuffer.allocate(Log.MAGIC.length + content.length)
              .put(Log.MAGIC)
              .put(content)
              .array());
      Image image = new Image();
      long end;
      try {
        end = Log.replay(file, image);
      } catch (IOException e) {
        return;
      }
      if (end < Log.MAGIC.length || end > Log.MAGIC.length + content.length) {
        throw new AssertionError("the last record ends at " + end);
      }
      sameAgain(image);
      try (FileChannel torn = FileChannel.open(file, StandardOpenOption.WRITE)) {
        torn.truncate(end);
      }
      Image again = new Image();
      if (Log.replay(file, again) != end || !again.state().equals(image.state())) {
        throw new AssertionError("another state without the unfinished tail");
      }
    } finally {
      Files.delete(file);
    }
  }

  private static void record(byte[] content) throws IOException {
    Image image = new Image();
    try {
      Encoding.apply(content, image);
    } catch (IOException e) {
      return;
    }
    sameAgain(image);
  }

  private static void sameAgain(Image image) throws IOException {
    Image again = new Image();
    Encoding.apply(Encoding.changes(image.asChanges()), again);
    if (!again.state().equals(image.state()) || !again.notHanded().equals(image.notHanded())) {
      throw new AssertionError("another state after it was written again");
    }
  }

  static List<byte[]> seeds() {
    UserId peer = new UserId(1, 2);
    MessageId message = new MessageId(3, 4);
    Origin.Stream stream = new Origin.Stream(peer, 5, new ConversationId(6, 7));
    Changes changes =
        new Changes(
            List.of(new OutgoingMessage(peer, 8, 9, ByteString.copyFromUtf8("hello"))),
            List.of(new Changes.Tried(peer, 8, 10)),
            List.of(new Changes.Removed(peer, 7)),
            List.of(new ConversationState(peer, 8, message)),
            List.of(
                new ReceivedMessage(
                    11, 12, message, new Origin(stream, 13), peer, ByteString.EMPTY)),
            List.of(new Seen(stream, 13, 1)),
            List.of(stream),
            Optional.of(new Position(11, 12)));
    try {
      byte[] written = Encoding.changes(changes);
      // As earlier releases wrote it.
      byte[] handed = ByteBuffer.allocate(9).put((byte) 2).putLong(11).array();
      return List.of(
          begin(1, written), begin(1, handed), begin(0, framed(written)), begin(0, framed(handed)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] framed(byte[] content) throws IOException {
    Path file = Files.createTempFile("device", ".log");
    try (FileChannel log = FileChannel.open(file, StandardOpenOption.WRITE)) {
      Log.append(log, content);
      return Files.readAllBytes(file);
    } finally {
      Files.delete(file);
    }
  }

  private static byte[] begin(int first, byte[] rest) {
    return ByteBuffer.allocate(1 + rest.length).put((byte) first).put(rest).array();
  }
}
