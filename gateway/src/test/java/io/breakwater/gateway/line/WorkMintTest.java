package io.breakwater.gateway.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class WorkMintTest {
  private static final int BITS = 8;
  private static final long NOW_MS = 1_760_000_000_123L;

  private final WorkMint mint = new WorkMint(new byte[32]);
  private final byte[] id = new byte[16];
  private final byte[] challenge = mint.demand(id, BITS, NOW_MS);

  /** As a client of another language would write it, from docs/protocol.md. */
  static long solve(byte[] challenge, int bits) throws Exception {
    for (long nonce = 0; ; nonce++) {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(challenge);
      sha.update(ByteBuffer.allocate(8).putLong(0, nonce));
      if (ByteBuffer.wrap(sha.digest()).getLong() >>> (64 - bits) == 0) {
        return nonce;
      }
    }
  }

  private static Work refused(Work.Fault fault) {
    return new Work.Refused(fault);
  }

  @Test
  void work_counts_at_every_gateway_of_the_cluster() throws Exception {
    long nonce = solve(challenge, BITS);
    assertThat(challenge).hasSizeLessThanOrEqualTo(64);
    assertThat(new WorkMint(new byte[32]).read(id, challenge, nonce, NOW_MS))
        .isEqualTo(new Work.Done(BITS));
    byte[] other = new byte[32];
    other[0] = 1;
    assertThat(new WorkMint(other).read(id, challenge, nonce, NOW_MS))
        .isEqualTo(refused(Work.Fault.FORGED));
  }

  @Test
  void work_for_one_sign_up_is_none_for_another() throws Exception {
    byte[] other = new byte[16];
    other[15] = 1;
    assertThat(mint.read(other, challenge, solve(challenge, BITS), NOW_MS))
        .isEqualTo(refused(Work.Fault.FORGED));
  }

  @Test
  void a_nonce_with_a_bit_too_few_is_too_little() throws Exception {
    long nonce = 0;
    while (mint.read(id, challenge, nonce, NOW_MS) instanceof Work.Done) {
      nonce++;
    }
    assertThat(mint.read(id, challenge, nonce, NOW_MS)).isEqualTo(refused(Work.Fault.TOO_LITTLE));
    byte[] hard = mint.demand(id, BITS + 1, NOW_MS);
    long soft = 0;
    while (leadingZeros(hard, soft) != BITS) {
      soft++;
    }
    assertThat(mint.read(id, hard, soft, NOW_MS)).isEqualTo(refused(Work.Fault.TOO_LITTLE));
  }

  private static int leadingZeros(byte[] challenge, long nonce) throws Exception {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    sha.update(challenge);
    return Long.numberOfLeadingZeros(
        ByteBuffer.wrap(sha.digest(ByteBuffer.allocate(8).putLong(0, nonce).array())).getLong());
  }

  @Test
  void whatever_is_changed_in_a_challenge_it_is_forged() throws Exception {
    long nonce = solve(challenge, BITS);
    for (int bit = 0; bit < challenge.length * 8; bit++) {
      byte[] changed = challenge.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(mint.read(id, changed, nonce, NOW_MS)).isEqualTo(refused(Work.Fault.FORGED));
    }
    for (int size = 0; size <= challenge.length + 1; size++) {
      if (size != challenge.length) {
        assertThat(mint.read(id, Arrays.copyOf(challenge, size), nonce, NOW_MS))
            .isEqualTo(refused(Work.Fault.FORGED));
      }
    }
  }

  @Test
  void a_challenge_is_good_for_half_a_minute_at_least_and_a_minute_at_most() throws Exception {
    long nonce = solve(challenge, BITS);
    long stepBegan = NOW_MS / WorkMint.STEP_MS * WorkMint.STEP_MS;
    assertThat(mint.read(id, challenge, nonce, NOW_MS + WorkMint.STEP_MS))
        .isEqualTo(new Work.Done(BITS));
    assertThat(mint.read(id, challenge, nonce, stepBegan + 2 * WorkMint.STEP_MS - 1))
        .isEqualTo(new Work.Done(BITS));
    assertThat(mint.read(id, challenge, nonce, stepBegan + 2 * WorkMint.STEP_MS))
        .isEqualTo(refused(Work.Fault.LAPSED));
    assertThat(mint.read(id, challenge, nonce, stepBegan - WorkMint.STEP_MS - 1))
        .isEqualTo(refused(Work.Fault.LAPSED));
  }

  @Test
  void a_connection_that_broke_finds_the_same_challenge_again() {
    assertThat(mint.demand(id, BITS, NOW_MS + 1_000)).isEqualTo(challenge);
    assertThat(mint.demand(id, BITS, NOW_MS + WorkMint.STEP_MS)).isNotEqualTo(challenge);
  }
}
