package io.breakwater.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.common.admin.AdminPage;
import io.breakwater.common.lever.LeverPage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Levers of a process whose node is not there yet. */
final class DeliveryLeversTest {
  private final DeliveryLevers levers = new DeliveryLevers();
  private final AdminPage page = LeverPage.of(levers.all());

  private String move(String query) {
    return page.action().orElseThrow().carryOut(Optional.of(query), "ann");
  }

  @Test
  void can_be_moved_before_there_is_a_node() {
    assertThat(move("sign-up.share=0.1")).isEqualTo("sign-up.share: 0.25 -> 0.1\n");
    assertThat(move("brown-out=typing-off")).isEqualTo("brown-out: auto -> typing-off\n");
    assertThat(levers.all().moved()).isEqualTo(2);
    assertThat(move("all=default"))
        .isEqualTo("sign-up.share: 0.1 -> 0.25\nbrown-out: typing-off -> auto\n");
    assertThat(move("all=default")).isEqualTo("nothing to change\n");
  }

  @Test
  void a_step_that_is_none_is_told_which_there_are() {
    assertThatThrownBy(() -> move("brown-out=5"))
        .hasMessage(
            "brown-out: 5 (expected: auto, none, presence-off, typing-off, receipts-coalesced,"
                + " history-paced, sign-ups-wait, sends-by-level, or default)");
  }

  @Test
  void every_lever_stands_in_the_documentation() throws Exception {
    String documented =
        Files.readString(
            Path.of(System.getProperty("breakwater.root", ".."), "docs", "configuration.md"));
    assertThat(page.content().answer(Optional.empty()).lines().skip(1))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(documented).contains('`' + line.split(" ", 2)[0] + '`'));
  }
}
