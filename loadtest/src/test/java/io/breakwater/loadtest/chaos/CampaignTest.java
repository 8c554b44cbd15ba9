package io.breakwater.loadtest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.history.History;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CampaignTest {
  @Test
  void what_is_heard_after_the_end_is_not_part_of_the_campaign() throws IOException {
    List<Fact> campaign =
        List.of(
            new Fact.CampaignBegan(1, 0, 7), new Fact.Healed(2, 0), new Fact.CampaignEnded(3, 0));
    List<Fact> all = new ArrayList<>(campaign);
    all.add(new Fact.Healed(4, 0));
    List<Fact> seen = new ArrayList<>();

    History.Replay replay = Campaign.untilItsEnd(History.of(all)).replay(seen::add);

    assertThat(seen).isEqualTo(campaign);
    assertThat(replay).isEqualTo(new History.Replay.Whole());
  }
}
