package io.breakwater.loadtest.chaos.phones;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.chaos.payload.Device;
import io.breakwater.loadtest.chaos.phones.Roster.Fate;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RosterTest {
  private static List<Fate> fates(long seed) {
    return Roster.draw(new CrowdPlan(seed, 20, 3, 10, 100, false)).fates();
  }

  @Test
  void every_user_has_a_first_device_that_stays() {
    assertThat(fates(1))
        .filteredOn(Fate::isFirst)
        .containsExactlyElementsOf(
            IntStream.range(0, 20)
                .mapToObj(user -> new Fate(new Device(user, 1), Roster.AT_START, Roster.NEVER))
                .toList());
  }

  @Test
  void some_further_devices_are_linked_later_and_some_are_signed_out_after_that() {
    List<Fate> further = fates(2).stream().filter(fate -> !fate.isFirst()).toList();
    assertThat(further).anyMatch(fate -> fate.linkAtMs() > 0);
    assertThat(further).anyMatch(fate -> fate.linkAtMs() == Roster.AT_START);
    assertThat(further)
        .filteredOn(fate -> fate.signOutAtMs() != Roster.NEVER)
        .hasSizeBetween(1, further.size() / 2)
        .allMatch(fate -> fate.signOutAtMs() > fate.linkAtMs());
  }

  @Test
  void devices_are_different_and_at_most_as_many_as_planned() {
    assertThat(fates(3))
        .extracting(Fate::device)
        .doesNotHaveDuplicates()
        .allMatch(device -> device.number() <= 3);
  }

  @Test
  void a_seed_draws_the_same_again() {
    assertThat(fates(4)).isEqualTo(fates(4)).isNotEqualTo(fates(5));
  }
}
