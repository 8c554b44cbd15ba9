package io.breakwater.loadtest.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.history.History;
import io.breakwater.loadtest.chaos.report.Figures;
import io.breakwater.loadtest.chaos.report.Judgement;
import io.breakwater.loadtest.chaos.report.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  private static Result found(Judgement judgement) {
    return new Result(
        judgement,
        Map.of(),
        List.of(),
        List.of(),
        new Figures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        Map.of(),
        List.of());
  }

  @Test
  void a_campaign_that_went_wrong_is_not_valid_whatever_its_history_shows() {
    Result doubted = Campaign.doubting(found(Judgement.VALID), List.of("a server stayed away"));

    assertThat(doubted.judgement()).isEqualTo(Judgement.UNKNOWN);
    assertThat(doubted.doubts()).containsExactly("a server stayed away");
  }

  @Test
  void a_broken_promise_stays_one_and_no_doubt_is_none() {
    assertThat(Campaign.doubting(found(Judgement.INVALID), List.of("why")).judgement())
        .isEqualTo(Judgement.INVALID);
    assertThat(Campaign.doubting(found(Judgement.VALID), List.of()).judgement())
        .isEqualTo(Judgement.VALID);
  }
}
