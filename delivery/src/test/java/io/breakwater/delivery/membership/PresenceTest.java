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

  private static final Sight SEEN = new Sight(Set.of(MEMBER), NOBODY);
  private static final Sight AWAITED = new Sight(NOBODY, Set.of(MEMBER));

  private final Presence presence = new Presence();

  private Sight at(
      long nowMs,
      Set<IncarnationId> detected,
      Set<IncarnationId> answering,
      Set<IncarnationId> gone) {
    return presence.of(List.of(MEMBER), detected, answering, gone, nowMs);
  }

  @Test
  void either_witness_is_enough() {
    assertThat(at(0, Set.of(MEMBER), NOBODY, NOBODY)).isEqualTo(SEEN);
    assertThat(at(1, NOBODY, Set.of(MEMBER), NOBODY)).isEqualTo(SEEN);
    assertThat(at(2, NOBODY, NOBODY, NOBODY)).isEqualTo(Sight.NONE);
  }

  @Test
  void whoever_is_seen_is_there_member_or_not() {
    assertThat(at(0, Set.of(OTHER), Set.of(MEMBER), NOBODY))
        .isEqualTo(new Sight(Set.of(MEMBER, OTHER), NOBODY));
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
    presence.of(List.of(OTHER), NOBODY, NOBODY, NOBODY, 1);
    assertThat(at(2, NOBODY, NOBODY, NOBODY)).isEqualTo(AWAITED);
  }
}
