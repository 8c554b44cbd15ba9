package io.breakwater.loadtest.surge.figures;

import static org.assertj.core.api.Assertions.assertThat;

import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.loadtest.surge.report.result.Judgement;
import io.breakwater.loadtest.surge.report.result.Ledger;
import io.breakwater.loadtest.surge.report.result.Phase;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a system does wrong is found in a run in which it did everything else right. */
final class LedgerTest {
  /** Of generators, who saw nothing wrong. */
  private final List<List<Fact>> generators =
      MadeUpRun.facts(3).stream().map(facts -> (List<Fact>) new ArrayList<>(facts)).toList();

  private final Ledger before = Played.result(MadeUpRun.span(), generators).ledger();

  private SurgeResult changed(Consumer<List<List<Fact>>> change) {
    change.accept(generators);
    return Played.result(MadeUpRun.span(), generators);
  }

  /** Where somebody who caught up got a message: somewhere in the middle of the run. */
  private int delivery(List<Fact> facts) {
    return IntStream.range(facts.size() / 2, facts.size())
        .filter(
            i ->
                facts.get(i) instanceof Fact.Delivered delivered
                    && facts.stream()
                        .anyMatch(
                            each ->
                                each instanceof Fact.CaughtUp caughtUp
                                    && caughtUp.who().equals(delivered.to())))
        .findFirst()
        .orElseThrow();
  }

  /** Another one on the same lane, later. */
  private static int next(List<Fact> facts, int place) {
    Fact.Delivered first = (Fact.Delivered) facts.get(place);
    return IntStream.range(place + 1, facts.size())
        .filter(
            i ->
                facts.get(i) instanceof Fact.Delivered each
                    && each.from().equals(first.from())
                    && each.to().equals(first.to()))
        .findFirst()
        .orElse(-1);
  }

  @Test
  void what_a_tier_delivers_again_is_counted_and_no_fault() {
    SurgeResult result =
        changed(
            all -> {
              Fact.Who who = Played.existing(1, 0);
              all.get(0).add(new Fact.Repeated(who, Played.at(1_000)));
              all.get(0).add(new Fact.Repeated(who, Played.at(1_000)));
              all.get(1).add(new Fact.Repeated(who, Played.at(40_000)));
            });
    assertThat(result.ledger().repeated()).isEqualTo(3);
    assertThat(result.ledger().astray()).isEqualTo(before.astray());
    assertThat(result.ledger().doubled()).isZero();
  }

  private static void failed(SurgeResult result, String reason) {
    assertThat(result.judgement().kind()).isEqualTo(Judgement.Kind.FAILED);
    assertThat(result.judgement().reasons()).contains(reason);
  }

  @Test
  void balances_where_nothing_went_wrong() {
    assertThat(before.accepted()).isGreaterThan(1000);
    assertThat(before.delivered() + before.unaccounted() + before.waiting())
        .isEqualTo(before.accepted());
    assertThat(before.astray()).isEqualTo(before.unaccounted());
  }

  @Test
  void a_message_that_a_device_never_got_is_lost() {
    SurgeResult result =
        changed(
            all -> {
              List<Fact> facts = all.get(1);
              facts.remove(delivery(facts));
            });
    assertThat(result.ledger().lost()).isOne();
    assertThat(result.ledger().delivered()).isEqualTo(before.delivered() - 1);
    failed(result, "1 accepted message was lost.");
  }

  @Test
  void a_message_that_a_device_got_again_much_later_is_doubled() {
    SurgeResult result =
        changed(
            all -> {
              List<Fact> facts = all.get(2);
              facts.add(facts.get(delivery(facts)));
            });
    assertThat(result.ledger().doubled()).isOne();
    assertThat(result.ledger().reordered()).isZero();
    assertThat(result.ledger().delivered()).isEqualTo(before.delivered() - 1);
    failed(result, "1 accepted message was delivered more than once.");
  }

  @Test
  void a_message_that_is_shown_out_of_its_place_is_reordered() {
    SurgeResult result =
        changed(
            all -> {
              List<Fact> facts = all.get(3);
              int place = delivery(facts);
              Fact.Delivered seen = (Fact.Delivered) facts.get(place);
              facts.set(
                  place,
                  new Fact.Delivered(
                      seen.from(), seen.to(), seen.number(), seen.deliveredNanos(), true));
            });
    assertThat(result.ledger().reordered()).isOne();
    assertThat(result.ledger().delivered()).isEqualTo(before.delivered() - 1);
    failed(result, "1 accepted message was delivered out of order.");
  }

  @Test
  void a_message_that_came_after_a_later_one_is_in_its_place_all_the_same() {
    SurgeResult result =
        changed(
            all -> {
              List<Fact> facts = all.get(3);
              int later =
                  IntStream.range(0, facts.size())
                      .filter(i -> facts.get(i) instanceof Fact.Delivered && next(facts, i) > 0)
                      .findFirst()
                      .orElseThrow();
              Collections.swap(facts, later, next(facts, later));
            });
    assertThat(result.ledger()).isEqualTo(before);
  }

  @Test
  void a_message_that_nobody_wrote_is_a_ghost() {
    SurgeResult result =
        changed(
            all -> {
              List<Fact> facts = all.getFirst();
              Fact.Delivered seen = (Fact.Delivered) facts.get(delivery(facts));
              facts.add(new Fact.Delivered(seen.from(), seen.to(), 1_000_000, Played.at(30_000)));
            });
    assertThat(result.ledger().ghosts()).isOne();
    assertThat(result.ledger().delivered()).isEqualTo(before.delivered());
    failed(result, "1 message that nobody wrote was delivered.");
  }

  @Test
  void a_message_that_cannot_be_read_is_a_ghost() {
    Who nobody = new Who(Played.NEWCOMERS, Fact.NOBODY, 0);
    Ledger ledger =
        Played.result(
                new Fact.Delivered(nobody, Played.newcomer(1), 1, Played.at(5)),
                new Fact.Delivered(nobody, Played.newcomer(1), 2, Played.at(5)))
            .ledger();
    assertThat(ledger).isEqualTo(new Ledger(0, 0, 0, 0, 0, 0, 0, 2, 0, 0L));
  }

  @Test
  void a_message_that_came_to_somebody_else_is_a_ghost_there_and_lost_here() {
    SurgeResult result =
        changed(
            all -> {
              List<Fact> facts = all.getFirst();
              int place = delivery(facts);
              Fact.Delivered seen = (Fact.Delivered) facts.get(place);
              Who other = Played.existing(seen.to().user() + 1, seen.to().device());
              facts.set(
                  place,
                  new Fact.Delivered(seen.from(), other, seen.number(), seen.deliveredNanos()));
            });
    assertThat(result.ledger().ghosts()).isOne();
    assertThat(result.ledger().lost()).isOne();
  }

  @Test
  void a_message_that_was_refused_for_good_and_came_all_the_same_is_an_error_of_its_own() {
    SurgeResult result =
        changed(
            all -> {
              Fact.Rejected rejected =
                  all.stream()
                      .flatMap(List::stream)
                      .filter(Fact.Rejected.class::isInstance)
                      .map(Fact.Rejected.class::cast)
                      .findFirst()
                      .orElseThrow();
              all.getFirst()
                  .add(
                      new Fact.Delivered(
                          rejected.from(), rejected.to(), rejected.number(), Played.at(32_000)));
            });
    assertThat(result.ledger().despiteRejection()).isOne();
    assertThat(result.ledger().ghosts()).isZero();
    failed(result, "1 rejected message was delivered all the same.");
  }

  @Test
  void a_message_to_a_device_that_has_not_caught_up_is_unaccounted_and_not_lost() {
    SurgeResult result =
        changed(
            all -> {
              List<Fact> facts = all.get(1);
              Fact.Delivered seen = (Fact.Delivered) facts.remove(delivery(facts));
              facts.removeIf(
                  each ->
                      each instanceof Fact.CaughtUp caughtUp && caughtUp.who().equals(seen.to()));
            });
    assertThat(result.ledger().lost()).isZero();
    assertThat(result.ledger().unaccounted()).isEqualTo(before.unaccounted() + 1);
  }

  @Test
  void what_was_accepted_after_a_device_had_caught_up_is_unaccounted() {
    Who from = Played.existing(0, 0);
    Who to = Played.newcomer(1);
    Ledger ledger =
        Played.result(
                new Fact.Welcomed(to, false, Played.at(0), Played.at(1), 1),
                new Fact.Written(Played.CHAT, from, to, 1, Played.at(2)),
                new Fact.CaughtUp(to, Played.at(3)),
                new Fact.Accepted(from, to, 1, Played.at(4)))
            .ledger();
    assertThat(ledger).isEqualTo(new Ledger(1, 0, 0, 0, 0, 1, 0, 0, 0, 0L));
  }

  @Test
  void what_was_answered_after_the_end_is_open() {
    Who from = Played.existing(0, 0);
    Who to = Played.newcomer(1);
    SurgeResult result =
        Played.result(
            new Fact.Welcomed(to, false, Played.at(0), Played.at(1), 1),
            new Fact.Written(Played.CHAT, from, to, 1, Played.at(2)),
            new Fact.Written(Played.CHAT, from, to, 2, Played.at(2)),
            new Fact.CaughtUp(to, Played.at(30_001)),
            new Fact.Accepted(from, to, 1, Played.at(30_002)),
            new Fact.Rejected(from, to, 2, Played.at(30_002), "TOO_LARGE"));
    assertThat(result.ledger()).isEqualTo(new Ledger(0, 0, 0, 0, 0, 0, 0, 0, 0, 0L));
    assertThat(Played.phase(result, Phase.SEND_TO_ACCEPTED, Played.EXISTING).open()).isEqualTo(2);
  }

  @Test
  void what_was_accepted_for_a_device_that_left_or_never_came_waits_for_it() {
    Who from = Played.existing(0, 0);
    Who to = Played.newcomer(1);
    Ledger ledger =
        Played.result(
                new Fact.Welcomed(to, false, Played.at(0), Played.at(1), 1),
                new Fact.Left(to, Played.at(2)),
                new Fact.Written(Played.CHAT, from, to, 1, Played.at(2)),
                new Fact.Accepted(from, to, 1, Played.at(4)),
                new Fact.Written(Played.CHAT, from, Played.newcomer(2), 1, Played.at(2)),
                new Fact.Accepted(from, Played.newcomer(2), 1, Played.at(4)))
            .ledger();
    assertThat(ledger).isEqualTo(new Ledger(2, 0, 0, 0, 0, 0, 2, 0, 0, 0L));
    assertThat(ledger.astray()).isZero();
  }

  @Test
  void a_message_to_a_device_that_its_reader_does_not_have_is_a_ghost() {
    Who from = Played.existing(0, 0);
    Ledger ledger =
        Played.result(
                new Fact.Written(Played.CHAT, from, Played.newcomer(1), 1, Played.at(2)),
                new Fact.Delivered(from, new Who(Played.NEWCOMERS, 1, 1), 1, Played.at(5)))
            .ledger();
    assertThat(ledger.ghosts()).isOne();
  }

  @Test
  void of_two_answers_the_acceptance_binds() {
    Who from = Played.existing(0, 0);
    Who to = Played.newcomer(1);
    Ledger ledger =
        Played.result(
                new Fact.Written(Played.CHAT, from, to, 1, Played.at(2)),
                new Fact.Rejected(from, to, 1, Played.at(3), "LATE"),
                new Fact.Accepted(from, to, 1, Played.at(4)),
                new Fact.Delivered(from, to, 1, Played.at(5)))
            .ledger();
    assertThat(ledger).isEqualTo(new Ledger(1, 1, 0, 0, 0, 0, 0, 0, 0, 0L));
  }

  @Test
  void each_device_of_a_reader_is_owed_the_message() {
    Who from = Played.existing(0, 0);
    Who to = Played.existing(1, 0);
    Ledger ledger =
        Played.result(
                new Fact.Written(Played.CHAT, from, to, 1, Played.at(2)),
                new Fact.Accepted(from, to, 1, Played.at(4)),
                new Fact.Delivered(from, to, 1, Played.at(5)),
                new Fact.CaughtUp(Played.existing(1, 1), Played.at(5)))
            .ledger();
    assertThat(ledger).isEqualTo(new Ledger(2, 1, 1, 0, 0, 0, 0, 0, 0, 0L));
  }
}
