package io.breakwater.gateway.home;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.gateway.home.TrunkDirectory.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever nodes and views do, in the end there is a trunk to each member, and no other. */
final class AnyTrunksTest {
  private static final NodeAddress NOBODY = new NodeAddress("nobody", 1);

  /** Where processes listen; the last one has a second address. */
  private static final List<NodeAddress> PLACES =
      List.of(new NodeAddress("a", 1), new NodeAddress("b", 1), new NodeAddress("c", 1));

  private static final NodeAddress ALIAS = new NodeAddress("also-c", 1);

  @Test
  void ends_with_a_trunk_to_each_member_and_no_other() {
    for (int seed = 0; seed < 2_000; seed++) {
      try {
        new Life(seed).run();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  /** A loop that carries out the steps, and nodes that come and go. */
  private static final class Life {
    private final SplittableRandom random;
    private final TrunkDirectory directory =
        new TrunkDirectory(List.of(PLACES.getFirst(), ALIAS, NOBODY));
    private final Map<NodeAddress, IncarnationId> listening = new LinkedHashMap<>();
    private final Map<NodeAddress, IncarnationId> open = new LinkedHashMap<>();
    private final List<NodeAddress> trying = new ArrayList<>();
    private View view = View.NONE;
    private long nowMs;

    Life(int seed) {
      this.random = new SplittableRandom(seed);
    }

    void run() {
      carryOut();
      for (int i = 0; i < 100; i++) {
        nowMs += random.nextInt(10_000);
        switch (random.nextInt(6)) {
          case 0 -> start(somePlace());
          case 1 -> lose(somePlace());
          case 2 -> lose(ALIAS);
          case 3 -> decide();
          default -> answer(random.nextInt(3));
        }
        carryOut();
      }
      PLACES.forEach(this::start);
      decide();
      for (int i = 0; i < 50; i++) {
        nowMs += 10_000;
        answer(0);
        carryOut();
      }
      assertThat(open.values()).containsExactlyInAnyOrderElementsOf(view.members().keySet());
      assertThat(trying).isEmpty();
      assertThat(directory.wantedTrunks()).isEqualTo(view.members().size());
    }

    private NodeAddress somePlace() {
      return PLACES.get(random.nextInt(PLACES.size()));
    }

    /** Another process than before, if there was one. */
    private void start(NodeAddress place) {
      listening.put(place, new IncarnationId(random.nextLong(), random.nextLong()));
      lose(place);
      if (place.equals(PLACES.getLast())) {
        lose(ALIAS);
      }
    }

    private void lose(NodeAddress address) {
      if (open.remove(address) != null) {
        trying.add(address);
        directory.lost(address);
      }
    }

    /** Some of those that listen become the members, the last one surely. */
    private void decide() {
      LinkedHashMap<IncarnationId, NodeAddress> members = new LinkedHashMap<>();
      listening.forEach(
          (place, node) -> {
            if (random.nextInt(3) > 0 || place.equals(PLACES.getLast())) {
              members.put(node, place);
            }
          });
      if (!members.isEmpty()) {
        view = new View(view.number() + 1, members);
        directory.changed(view, nowMs);
        carryOut();
      }
    }

    /** One in so many attempts fails; none if that is 0. */
    private void answer(int failing) {
      for (NodeAddress address : List.copyOf(trying)) {
        IncarnationId node = listening.get(address.equals(ALIAS) ? PLACES.getLast() : address);
        boolean fails = failing > 0 && random.nextInt(failing) == 0;
        if (node != null && !fails && directory.opened(address, node)) {
          assertThat(open.values()).as("two trunks to one node").doesNotContain(node);
          trying.remove(address);
          open.put(address, node);
        }
      }
    }

    private void carryOut() {
      for (Step step : directory.steps(nowMs)) {
        switch (step) {
          case Step.Open(NodeAddress address) -> {
            assertThat(trying.contains(address) || open.containsKey(address)).isFalse();
            trying.add(address);
          }
          case Step.Close(NodeAddress address) ->
              assertThat(trying.remove(address) || open.remove(address) != null)
                  .as("closes what it has")
                  .isTrue();
        }
      }
      assertThat(directory.steps(nowMs)).as("once is enough").isEmpty();
    }
  }
}
