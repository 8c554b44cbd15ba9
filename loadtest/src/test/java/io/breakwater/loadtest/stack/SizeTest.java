package io.breakwater.loadtest.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class SizeTest {
  @Test
  void one_of_a_kind_has_no_number_and_needs_no_option() {
    assertThat(Size.ONE_OF_EACH.name(Part.DELIVERY, 1)).isEqualTo("delivery");
    assertThat(Size.ONE_OF_EACH.options()).isEmpty();
    assertThat(Size.ONE_OF_EACH.addresses()).isEqualTo(1);
  }

  @Test
  void several_of_a_kind_are_numbered_and_asked_for() {
    Size size = new Size(2, 3, 1);

    assertThat(size.name(Part.DELIVERY, 3)).isEqualTo("delivery-3");
    assertThat(size.name(Part.CASSANDRA, 1)).isEqualTo("cassandra");
    assertThat(size.options()).containsExactly("--gateways=2", "--delivery=3");
    assertThat(size.addresses()).isEqualTo(3);
  }

  @Test
  void there_are_addresses_for_nine() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Size(1, 10, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Size(0, 1, 1));
  }
}
