package io.breakwater.loadtest.chaos.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class PayloadsTest {
  private static final Identity IDENTITY =
      new Identity(new Device(3, 2), Conversation.of(7, 3), 12_345_678_901L);

  private final Payloads payloads = new Payloads(42);

  @Test
  void a_payload_says_what_it_is() {
    for (int bytes : new int[] {Payloads.MIN_BYTES, Payloads.MIN_BYTES + 1, 300, 65_536}) {
      byte[] payload = payloads.write(IDENTITY, bytes);

      assertThat(payload).hasSize(bytes).isEqualTo(payloads.write(IDENTITY, bytes));
      assertThat(payloads.read(payload)).isEqualTo(new Content.Sound(IDENTITY));
    }
  }

  @Test
  void a_payload_below_the_smallest_is_not_written() {
    assertThatThrownBy(() -> payloads.write(IDENTITY, Payloads.MIN_BYTES - 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("payload: 47 bytes (expected: at least 48)");
  }

  @Test
  void a_changed_bit_anywhere_shows() {
    byte[] payload = payloads.write(IDENTITY, 100);
    for (int bit = 0; bit < payload.length * Byte.SIZE; bit++) {
      byte[] changed = payload.clone();
      changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);

      assertThat(payloads.read(changed)).as("bit %d", bit).isNotInstanceOf(Content.Sound.class);
    }
  }

  @Test
  void what_was_cut_or_added_shows() {
    byte[] payload = payloads.write(IDENTITY, 100);
    for (int bytes = 8; bytes < 100; bytes++) {
      assertThat(payloads.read(Arrays.copyOf(payload, bytes))).isEqualTo(new Content.Damaged());
    }
    assertThat(payloads.read(Arrays.copyOf(payload, 101))).isEqualTo(new Content.Damaged());
  }

  @Test
  void what_is_of_another_campaign_is_foreign() {
    assertThat(payloads.read(new Payloads(43).write(IDENTITY, 100)))
        .isEqualTo(new Content.Foreign());
    assertThat(payloads.read(new byte[0])).isEqualTo(new Content.Foreign());
    assertThat(payloads.read(new byte[1_000])).isEqualTo(new Content.Foreign());
  }

  @Test
  void content_is_text_and_back() {
    for (Content content :
        new Content[] {new Content.Sound(IDENTITY), new Content.Foreign(), new Content.Damaged()}) {
      assertThat(Content.parse(content.toString())).isEqualTo(content);
    }
    assertThat(IDENTITY).hasToString("3.2>3-7#12345678901");
    for (String text :
        new String[] {"", "3", "3.", ".1", "3.-1", "3.2>3-7", "3.2>7-3#1", "x.y>3-7#1"}) {
      assertThatThrownBy(() -> Identity.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
