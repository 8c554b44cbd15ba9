package io.breakwater.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.breakwater.proto.client.Ack;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Cursor;
import io.breakwater.proto.client.Ping;
import io.breakwater.proto.client.Send;
import io.breakwater.proto.client.Sent;
import io.breakwater.proto.client.ServerFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The bytes that docs/protocol.md shows are those of the protocol. */
final class ProtocolDocTest {
  private static final Pattern BYTES =
      Pattern.compile("^ *((?:[0-9a-f]{2} +)*[0-9a-f]{2})(?: {2,}.*)?$");
  private static final ByteString USER = hex("101112131415161718191a1b1c1d1e1f");

  @Test
  void shows_the_bytes_of_frames() throws IOException {
    String shown = shown();
    assertThat(shown).contains(encoded(ClientFrame.newBuilder().setSend(send()).build()));
    assertThat(shown).contains(encoded(ServerFrame.newBuilder().setSent(sent()).build()));
    assertThat(shown).contains(encoded(ClientFrame.newBuilder().setAck(ack()).build()));
    assertThat(shown)
        .contains(encoded(ClientFrame.newBuilder().setPing(Ping.getDefaultInstance()).build()));
  }

  private static Send send() {
    return Send.newBuilder()
        .setClientId(2)
        .setPrev(1)
        .setAfter(hex("0199c82cbc18700080000102030405aa"))
        .setFirstTriedMs(1_760_000_000_000L)
        .setTo(USER)
        .setPayload(ByteString.copyFromUtf8("hi"))
        .build();
  }

  private static Sent sent() {
    return Sent.newBuilder()
        .setTo(USER)
        .setClientId(2)
        .setMessageId(hex("0199c82cc07b700080000102030405aa"))
        .build();
  }

  private static Ack ack() {
    return Ack.newBuilder()
        .setCursor(Cursor.newBuilder().setEntryId(1_048_577).setTimeMs(1_760_000_000_123L))
        .build();
  }

  private static ByteString hex(String digits) {
    return ByteString.copyFrom(HexFormat.of().parseHex(digits));
  }

  private static String encoded(MessageLite frame) {
    byte[] body = frame.toByteArray();
    return HexFormat.of()
        .formatHex(ByteBuffer.allocate(4 + body.length).putInt(body.length).put(body).array());
  }

  /** The digits of section 14, comments and spaces left out. */
  private static String shown() throws IOException {
    Path page = Path.of(System.getProperty("breakwater.root", ".."), "docs", "protocol.md");
    String text = Files.readString(page);
    StringBuilder digits = new StringBuilder();
    for (String line : text.substring(text.indexOf("## 14. ")).lines().toList()) {
      Matcher bytes = BYTES.matcher(line.replaceAll("(?<=[0-9a-f]{2})  (?=[0-9a-f]{2}\\b)", " "));
      if (bytes.matches()) {
        digits.append(bytes.group(1).replace(" ", ""));
      }
    }
    return digits.toString();
  }
}
