package io.breakwater.common.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShardMapTest {
  private final Random random = new Random(7);

  private List<IncarnationId> members(int count) {
    return IntStream.range(0, count)
        .mapToObj(_ -> new IncarnationId(random.nextLong(), random.nextLong()))
        .toList();
  }

  private static List<IncarnationId> owners(List<IncarnationId> members) {
    ShardMap map = new ShardMap(members);
    return IntStream.range(0, Shard.COUNT).mapToObj(each -> map.ownerOf(new Shard(each))).toList();
  }

  @Test
  void the_order_of_members_does_not_matter() {
    List<IncarnationId> members = members(7);
    List<IncarnationId> shuffled = new ArrayList<>(members);
    Collections.shuffle(shuffled, random);
    assertThat(owners(shuffled)).isEqualTo(owners(members));
  }

  @Test
  void a_member_that_goes_moves_only_its_own_shards() {
    List<IncarnationId> members = members(5);
    List<IncarnationId> before = owners(members);
    List<IncarnationId> after = owners(members.subList(1, 5));
    for (int shard = 0; shard < Shard.COUNT; shard++) {
      if (!before.get(shard).equals(members.getFirst())) {
        assertThat(after.get(shard)).isEqualTo(before.get(shard));
      }
    }
  }

  @Test
  void every_member_has_about_its_share() {
    List<IncarnationId> members = members(10);
    Map<IncarnationId, Integer> shares = new HashMap<>();
    owners(members).forEach(owner -> shares.merge(owner, 1, Integer::sum));
    assertThat(shares).containsOnlyKeys(members);
    // 410 each; six standard deviations of a binomial distribution are 115.
    assertThat(shares.values()).allSatisfy(share -> assertThat(share).isBetween(295, 525));
  }

  @Test
  void every_release_maps_as_the_first_did() {
    List<IncarnationId> members =
        List.of(new IncarnationId(1, 2), new IncarnationId(3, 4), new IncarnationId(5, 6));
    assertThat(
            owners(members).subList(0, 12).stream().map(owner -> (owner.high() - 1) / 2).toList())
        .isEqualTo(FIRST_TWELVE);
  }

  /** Of every release: two nodes of different releases that disagree would both be a home. */
  private static final List<Long> FIRST_TWELVE =
      List.of(2L, 0L, 0L, 1L, 1L, 2L, 0L, 1L, 2L, 2L, 1L, 1L);

  @Test
  void a_view_without_members_has_no_homes() {
    assertThatThrownBy(() -> new ShardMap(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("members: none (expected: at least one)");
  }
}
