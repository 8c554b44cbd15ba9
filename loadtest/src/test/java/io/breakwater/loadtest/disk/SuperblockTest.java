package io.breakwater.loadtest.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

final class SuperblockTest {
  private static byte[] superblock(int magic, int incompatible) {
    ByteBuffer bytes = ByteBuffer.allocate(1_024).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort(0x38, (short) magic);
    bytes.putInt(0x60, incompatible);
    return bytes.array();
  }

  @Test
  void a_file_system_that_was_in_use_needs_recovery() {
    assertThat(Superblock.needsRecovery(superblock(0xef53, 0x2c6))).isTrue();
  }

  @Test
  void a_file_system_that_was_unmounted_does_not() {
    assertThat(Superblock.needsRecovery(superblock(0xef53, 0x2c2))).isFalse();
  }

  @Test
  void says_that_something_is_no_file_system() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Superblock.needsRecovery(superblock(0, 0)))
        .withMessage("superblock: magic 0x0 (expected: 0xef53)");
  }
}
