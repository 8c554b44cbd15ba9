package io.breakwater.delivery.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.delivery.membership.Presence.Sight;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who counts as there. */
final class PresenceTest {
  private static final IncarnationId MEMBER = new IncarnationId(1, 1);
  private static final IncarnationId OTHER = new IncarnationId(2, 2);
  private static final Set<IncarnationId> NOBODY = Set.of();

  private static final Sight SEEN = new Sight(Set.of(MEMBER), NOBODY, NOBODY, NOBODY);
  private static final Sight ANSWERS = new Sight(Set.of(MEMBER), Set.of(MEMBER), NOBODY, NOBODY);
  private static final Sight AWAITED = new Sight(NOBODY, NOBODY, NOBODY, Set.of(MEMBER));

  private final Presence presence = new Presence();

  private Sight at(
      long nowMs,
      Set<IncarnationId> detected,
      Set<IncarnationId> answering,
      Set<IncarnationId> gone) {
    return presence.of(List.of(MEMBER), detected, answering, NOBODY, gone, nowMs);
  }

  @Test
  void either_witness_is_enough() {
    assertThat(at(0, Set.of(MEMBER), NOBODY, NOBODY)).isEqualTo(SEEN);
    assertThat(at(1, NOBODY, Set.of(MEMBER), NOBODY)).isEqualTo(ANSWERS);
    assertThat(at(2, NOBODY, NOBODY, NOBODY)).isEqualTo(Sight.NONE);
  }

  @Test
  void whoever_is_seen_is_there_member_or_not() {
    assertThat(at(0, Set.of(OTHER), Set.of(MEMBER), NOBODY))
        .isEqualTo(new Sight(Set.of(MEMBER, OTHER), Set.of(MEMBER), NOBODY, NOBODY));
  }

  @Test
  void a_member_that_nobody_has_seen_yet_is_given_time() {
    assertThat(at(100, NOBODY, NOBODY, NOBODY)).isEqualTo(AWAITED);
    assertThat(at(99 + Presence.FIND_MS, NOBODY, NOBODY, NOBODY)).isEqualTo(AWAITED);
    assertThat(at(100 + Presence.FIND_MS, NOBODY, NOBODY, NOBODY)).isEqualTo(Sight.NONE);
  }

  @Test
  void a_member_where_somebody_else_listens_is_given_none() {
    assertThat(at(0, NOBODY, NOBODY, Set.of(MEMBER))).isEqualTo(Sight.NONE);
  }

  @Test
  void a_member_that_the_detector_sees_is_there_though_its_port_is_closed() {
    assertThat(at(0, Set.of(MEMBER), NOBODY, Set.of(MEMBER))).isEqualTo(SEEN);
  }

  @Test
  void a_member_that_comes_back_into_a_view_is_given_time_again() {
    at(0, Set.of(MEMBER), NOBODY, NOBODY);
    presence.of(List.of(OTHER), NOBODY, NOBODY, NOBODY, NOBODY, 1);
    assertThat(at(2, NOBODY, NOBODY, NOBODY)).isEqualTo(AWAITED);
  }

  @Test
  void who_answers_and_asks_is_met() {
    Sight sight =
        presence.of(
            List.of(MEMBER), Set.of(MEMBER), Set.of(MEMBER, OTHER), Set.of(MEMBER), NOBODY, 0);
    assertThat(sight.hasMet(MEMBER)).isTrue();
    assertThat(sight.hasMet(OTHER)).isFalse();
  }

  @Test
  void a_member_that_does_not_answer_for_long_is_not_there_though_the_detector_sees_it() {
    assertThat(at(0, Set.of(MEMBER), Set.of(MEMBER), NOBODY)).isEqualTo(ANSWERS);
    assertThat(at(1_000, Set.of(MEMBER), NOBODY, NOBODY)).isEqualTo(SEEN);
    assertThat(at(999 + Presence.UNANSWERED_MS, Set.of(MEMBER), NOBODY, NOBODY)).isEqualTo(SEEN);
    assertThat(at(1_000 + Presence.UNANSWERED_MS, Set.of(MEMBER), NOBODY, NOBODY))
        .isEqualTo(Sight.NONE);
    assertThat(at(1_001 + Presence.UNANSWERED_MS, Set.of(MEMBER), Set.of(MEMBER), NOBODY))
        .isEqualTo(ANSWERS);
  }
}
