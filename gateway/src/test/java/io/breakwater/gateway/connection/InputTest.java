package io.breakwater.gateway.connection;

import static io.breakwater.gateway.connection.MachineFixture.BOB;
import static io.breakwater.gateway.connection.MachineFixture.cursor;
import static io.breakwater.gateway.connection.MachineFixture.frame;
import static io.breakwater.gateway.connection.MachineFixture.sendTo;
import static io.breakwater.gateway.connection.MachineFixture.unknown;
import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.proto.client.Ack;
import io.breakwater.proto.client.ClientFrame;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What the bytes of a frame are. */
final class InputTest {
  private static Input parsed(ClientFrame frame) {
    return Input.of(ByteBuffer.wrap(frame.toByteArray()));
  }

  @Test
  void drops_fields_that_it_does_not_know_however_deep_and_counts_their_bytes() {
    ClientFrame known = MachineFixture.ack(7);
    ClientFrame fat =
        ClientFrame.newBuilder()
            .setUnknownFields(unknown(100))
            .setAck(
                Ack.newBuilder()
                    .setUnknownFields(unknown(1_000))
                    .setCursor(cursor(7).toBuilder().setUnknownFields(unknown(100_000))))
            .build();
    assertThat(parsed(fat)).isEqualTo(new Input.Received(known, fat.getSerializedSize()));
    assertThat(fat.getSerializedSize()).isGreaterThan(101_100);
  }

  @Test
  void keeps_what_it_knows() {
    ClientFrame send = frame(sendTo(BOB, 3));
    assertThat(parsed(send)).isEqualTo(new Input.Received(send, send.getSerializedSize()));
  }

  @Test
  void says_how_much_it_cannot_read() {
    assertThat(Input.of(ByteBuffer.wrap(new byte[] {-1, -1, -1})))
        .isEqualTo(new Input.Unreadable("frame: 3 bytes that are no ClientFrame"));
  }
}
