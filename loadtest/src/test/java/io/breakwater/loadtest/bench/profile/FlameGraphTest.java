package io.breakwater.loadtest.bench.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class FlameGraphTest {
  private static final List<String> STACKS =
      List.of("start;a/B.<init> 30", "start;a/C.run;write_[k] 60", "start 9", "rare 1");

  @Test
  void adds_up_the_samples_of_everything_that_a_frame_called() {
    Frame all = Frame.of(STACKS);
    assertThat(all.samples()).isEqualTo(100);
    assertThat(all.callees()).extracting(Frame::name).containsExactly("rare", "start");
    assertThat(all.callees()).extracting(Frame::samples).containsExactly(1L, 99L);
    assertThat(all.depth(1)).isEqualTo(4);
    assertThat(all.depth(50)).isEqualTo(4);
    assertThat(all.depth(61)).isEqualTo(2);
  }

  @Test
  void draws_frames_as_wide_as_their_share_above_their_caller() {
    String svg = FlameGraph.svg("test", STACKS);
    assertThat(svg).contains("<title>write_[k]: 60.00 %</title><rect x=\"372.0\"");
    assertThat(svg).contains("width=\"719.7\"").contains("a/B.&lt;init&gt;");
  }

  @Test
  void leaves_out_what_nobody_could_see() {
    String svg = FlameGraph.svg("test", List.of("wide 100000", "narrow 1"));
    assertThat(svg).contains("wide").doesNotContain("narrow");
  }

  @Test
  void draws_nothing_of_nothing() {
    assertThat(FlameGraph.svg("test", List.of())).contains("0 samples").doesNotContain("<g>");
  }
}
