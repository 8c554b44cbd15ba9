package io.breakwater.gateway.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ids that somebody else has chosen. */
final class SignUpIdTest {
  private static ByteString bytes(long high, long low) {
    return ByteString.copyFrom(ByteBuffer.allocate(16).putLong(high).putLong(low).array());
  }

  @Test
  void has_all_of_sixteen_bytes() {
    assertThat(SignUpId.of(bytes(-1, 7))).isEqualTo(new SignUpId(-1, 7));
    assertThatThrownBy(() -> SignUpId.of(ByteString.copyFrom(new byte[15])))
        .hasMessage("sign-up id size: 15 bytes (expected: 16)");
  }

  @Test
  @Timeout(20)
  void ids_that_were_made_to_have_one_hash_hold_nobody_up() {
    WaitingRoom room = new WaitingRoom(LineLimits.DEFAULT, 1, new SplittableRandom(1));
    Line line = room.line(0);
    for (int i = 0; i < 100_000; i++) {
      // Long.hashCode folds the halves of a long onto each other.
      ByteString id = bytes((long) i << 32 | i, 0);
      assertThat(line.takeOver(id)).isEmpty();
      if (line.join(i, i, 0) instanceof Admission.Admitted(Waiting place)) {
        assertThat(line.hold(id, place)).isTrue();
      }
    }
    assertThat(line.size()).isEqualTo(100_000);
    assertThat(line.takeOver(bytes(5L << 32 | 5, 0))).contains(5L);
  }
}
