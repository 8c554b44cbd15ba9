package io.breakwater.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.breakwater.client.core.SignUpMachine;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

final class ProofOfWorkTest {
  private static final ByteString CHALLENGE = ByteString.copyFromUtf8("any");

  @Test
  void finds_a_nonce_whose_hash_begins_with_zero_bits() throws Exception {
    for (int bits = 0; bits <= 14; bits++) {
      long nonce = new ProofOfWork(CHALLENGE, bits).solve().orElseThrow();
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(CHALLENGE.toByteArray());
      byte[] hash = sha.digest(ByteBuffer.allocate(8).putLong(nonce).array());
      assertThat(Long.numberOfLeadingZeros(ByteBuffer.wrap(hash).getLong()))
          .isGreaterThanOrEqualTo(bits);
    }
  }

  @Test
  void stops_when_it_is_not_wanted_any_more() {
    Thread.currentThread().interrupt();
    assertThat(new ProofOfWork(CHALLENGE, SignUpMachine.WORK_BITS_MAX).solve()).isEmpty();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void does_no_more_than_a_phone_can() {
    assertThatThrownBy(() -> new ProofOfWork(CHALLENGE, 23).solve())
        .hasMessage("proof of work: 23 bits (expected: 0..22)");
  }
}
