package io.breakwater.loadtest.chaos.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.client.core.ConversationId;
import io.breakwater.client.core.MessageId;
import io.breakwater.client.core.UserId;
import io.breakwater.proto.client.Message;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class StoredOriginTest {
  private static ByteBuffer wide(long high, long low) {
    return ByteBuffer.allocate(16).putLong(high).putLong(low).flip();
  }

  @Test
  void is_read_from_a_message_as_servers_pack_it() {
    ByteBuffer packed =
        ByteBuffer.allocate(29).put((byte) 1).putLong(5).putLong(6).putInt(-7).putLong(8);
    assertThat(StoredOrigin.ofMessage(wide(1, 2), wide(3, 4), packed.flip().position(1)))
        .isEqualTo(
            new StoredOrigin(
                new ConversationId(1, 2), new UserId(5, 6), -7, 8, new MessageId(3, 4)));
  }

  @Test
  void a_body_names_its_message() {
    Message body =
        Message.newBuilder()
            .setConversation(new ConversationId(1, 2).bytes())
            .setSender(new UserId(5, 6).bytes())
            .setSenderDevice(-7)
            .setClientId(8)
            .setMessageId(new MessageId(3, 4).bytes())
            .build();
    assertThat(StoredOrigin.ofBody(body))
        .isEqualTo(
            new StoredOrigin(
                new ConversationId(1, 2), new UserId(5, 6), -7, 8, new MessageId(3, 4)));
  }

  @Test
  void another_size_is_named() {
    assertThatThrownBy(
            () -> StoredOrigin.ofMessage(wide(1, 2), wide(3, 4), ByteBuffer.allocate(27)))
        .hasMessage("origin: 27 bytes (expected: 28)");
  }
}
