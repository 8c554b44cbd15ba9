package io.breakwater.gateway.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.id.UserId;
import io.breakwater.common.secret.CredentialMint;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RecipientsTest {
  private static final CredentialMint MINT = new CredentialMint(new byte[32]);

  private final Recipients recipients = new Recipients(MINT);

  @Test
  void knows_ours_from_made_up_ones_however_often_they_are_asked_for() {
    // Four times as many as there are places, so that most are asked for after they were forgotten.
    List<UserId> ours = IntStream.range(0, 1 << 16).mapToObj(RecipientsTest::user).toList();
    for (int round = 0; round < 2; round++) {
      assertThat(ours).allMatch(recipients::isOurs);
      assertThat(ours).noneMatch(user -> recipients.isOurs(with(user, user.low() ^ 1)));
    }
  }

  @Test
  void an_id_that_differs_from_a_known_one_in_its_tag_only_is_made_up() {
    UserId known = user(7);
    assertThat(recipients.isOurs(known)).isTrue();
    assertThat(recipients.isOurs(with(known, known.low() ^ 1))).isFalse();
    assertThat(recipients.isOurs(known)).isTrue();
  }

  private static UserId with(UserId user, long low) {
    return new UserId(user.high(), low);
  }

  private static UserId user(int number) {
    return MINT.signUp(ByteBuffer.allocate(16).putInt(number).array()).user();
  }
}
