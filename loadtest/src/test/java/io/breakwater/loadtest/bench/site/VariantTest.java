package io.breakwater.loadtest.bench.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.breakwater.loadtest.stack.Size;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class VariantTest {
  @Test
  void is_a_name_with_settings_and_options() {
    Variant variant =
        Variant.of(
            "big:BREAKWATER_DELIVERY_JVM=-XX:+UseZGC -Xlog:gc,safepoint,--gateway-heap=1024,BREAKWATER_X=1");
    assertThat(variant.name()).isEqualTo("big");
    assertThat(variant.setup().options()).isEqualTo(List.of("--gateway-heap=1024"));
    assertThat(variant.setup().environment())
        .isEqualTo(
            Map.of(
                "BREAKWATER_DELIVERY_JVM", "-XX:+UseZGC -Xlog:gc,safepoint", "BREAKWATER_X", "1"));
  }

  @Test
  void may_have_several_servers_of_a_kind() {
    Variant variant = Variant.of("wide:--gateways=4,--delivery=3,--gateway-heap=256");
    assertThat(variant.setup().size()).isEqualTo(new Size(4, 3, 1));
    assertThat(variant.setup().options()).isEqualTo(List.of("--gateway-heap=256"));
    assertThatThrownBy(() -> Variant.of("wide:--gateways=many"))
        .hasMessage("--gateways=many (expected: --gateways=N)");
  }

  @Test
  void may_be_a_name_alone() {
    assertThat(Variant.of("usual")).isEqualTo(Variant.USUAL);
  }

  @Test
  void says_what_is_expected_instead() {
    assertThatThrownBy(() -> Variant.of("zgc:-XX:+UseZGC"))
        .hasMessage("zgc:-XX:+UseZGC (expected: NAME:KEY=VALUE,...)");
    assertThatThrownBy(() -> Variant.of(":A=1")).hasMessageContaining("expected");
  }
}
