package io.breakwater.loadtest.surge.fleet.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.loadtest.surge.facts.FactWriter;
import io.breakwater.loadtest.surge.figures.Figures;
import io.breakwater.loadtest.surge.figures.ServerSamples;
import io.breakwater.loadtest.surge.figures.Span;
import io.breakwater.loadtest.surge.fleet.phone.Peer;
import io.breakwater.loadtest.surge.fleet.phone.Tallies;
import io.breakwater.loadtest.surge.fleet.phone.Tier;
import io.breakwater.loadtest.surge.report.result.Ledger;
import io.breakwater.loadtest.surge.report.result.Phase;
import io.breakwater.loadtest.surge.report.result.Setting;
import io.breakwater.loadtest.surge.report.result.Stream;
import io.breakwater.loadtest.surge.report.result.SurgeResult;
import io.breakwater.loadtest.surge.scenario.arrivals.Arrivals;
import io.breakwater.loadtest.surge.scenario.arrivals.Part;
import io.breakwater.loadtest.surge.scenario.model.ArrivalStream;
import io.breakwater.proto.client.ClientFrame;
import io.breakwater.proto.client.Queued;
import io.breakwater.proto.client.Reason;
import io.breakwater.proto.client.ServerFrame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FleetTest {
  private static final String EVERYTHING =
      """
      duration: 20s
      populations:
        known: {kind: existing, users: 600, online: 80%, behaviour: {obedient: 80%, impatient: 20%}}
        back: {kind: returning, users: 300, unread: 3, behaviour: {obedient: 100%}}
        new: {kind: newcomers, behaviour: {obedient: 50%, impatient: 50%}}
      streams:
        chat: {kind: messages, of: known, rate: 100/s}
        to-others: {kind: messages, of: known, to: back, rate: 20/s}
        coming: {kind: connects, of: back, rate: 10/s, stay: 5s}
        networks: {kind: reconnects, of: known, rate: 10/s}
        joining:
          kind: sign-ups
          of: new
          rate: 5/s
          then: {look-ups: 2, messages: 2, to: known, over: 3s, stay: 4s}
      message:
        payload: {160B: 85%, 1KiB: 15%}
        replies: 50%
        conversations: {of: pairs, partners: 6, popularity: zipf 0.6}
      faults:
        - {at: 8s, kind: hang-up, of: known, share: 25%, away: 3s}
      """;

  private static final String CHAT =
      """
      duration: 10s
      populations:
        known: {kind: existing, users: 60, online: 100%, behaviour: {obedient: 100%}}
      streams:
        chat: {kind: messages, of: known, rate: 50/s}
      message:
        payload: {160B: 85%, 1KiB: 15%}
        replies: 50%
        conversations: {of: pairs, partners: 6, popularity: zipf 0.6}
      faults: []
      """;

  private static final String JOINING =
      """
      duration: 10s
      populations:
        new: {kind: newcomers, behaviour: {obedient: 100%}}
      streams:
        joining: {kind: sign-ups, of: new, rate: 5/s}
      faults: []
      """;

  @TempDir Path directory;

  private record Key(Who from, Who to, long number) {}

  private static long arrivals(Played played, ArrivalStream stream) {
    Arrivals arrivals = played.replay.arrivals(stream, Duration.ZERO, 42, Part.ALL);
    long count = 0;
    while (arrivals.nextNanos() != Arrivals.NEVER) {
      count++;
    }
    return count;
  }

  @Test
  void the_facts_of_a_thousand_phones_add_up() throws Exception {
    Played played = new Played(EVERYTHING, 2).prepare().finish();
    assertThat(played.virtual.troubles()).isEmpty();
    assertThat(played.told)
        .startsWith("0 prepared 450", "1 prepared 450")
        .contains("0 online 240", "1 online 240");

    List<ArrivalStream> streams = played.replay.played().streams();
    for (int i = 0; i < streams.size(); i++) {
      int stream = i;
      assertThat(played.facts(Fact.Due.class).stream().filter(each -> each.stream() == stream))
          .as(streams.get(i).name())
          .hasSize((int) arrivals(played, streams.get(i)))
          .allMatch(Fact.Due::isDone);
    }
    assertThat(played.facts(Fact.SignedUp.class))
        .hasSize((int) arrivals(played, streams.get(4)))
        .extracting(Fact.SignedUp::who)
        .doesNotHaveDuplicates();

    Map<Key, Long> written = new HashMap<>();
    played
        .facts(Fact.Written.class)
        .forEach(each -> written.put(new Key(each.from(), each.to(), each.number()), 0L));
    assertThat(written).hasSize(played.facts(Fact.Written.class).size()).hasSizeGreaterThan(3_000);
    Set<Key> accepted =
        played.facts(Fact.Accepted.class).stream()
            .map(each -> new Key(each.from(), each.to(), each.number()))
            .collect(Collectors.toSet());
    assertThat(accepted).isEqualTo(written.keySet());
    assertThat(played.facts(Fact.Accepted.class)).hasSize(accepted.size());
    Set<Key> delivered = new HashSet<>();
    for (Fact.Delivered each : played.facts(Fact.Delivered.class)) {
      assertThat(delivered.add(new Key(each.from(), each.to(), each.number()))).isTrue();
    }
    assertThat(written.keySet()).containsAll(delivered);
    Set<Who> caughtUp =
        played.facts(Fact.CaughtUp.class).stream()
            .map(Fact.CaughtUp::who)
            .collect(Collectors.toSet());
    assertThat(caughtUp).hasSizeGreaterThanOrEqualTo(900);
    assertThat(delivered).isEqualTo(accepted);
    // Each of those who waited for it has got it.
    assertThat(
            played.facts(Fact.Written.class).stream()
                .filter(each -> each.intendedNanos() < played.begin)
                .collect(Collectors.groupingBy(Fact.Written::to, Collectors.counting())))
        .hasSize(300)
        .allSatisfy((_, count) -> assertThat(count).isEqualTo(3));
  }

  @Test
  void figures_find_that_all_of_it_is_accounted_for() throws Exception {
    Played played = new Played(EVERYTHING, 2).prepare().finish();
    SurgeResult result = result(played);
    Ledger ledger = result.ledger();
    assertThat(ledger.astray()).as(ledger.toString()).isZero();
    assertThat(ledger.accepted()).isEqualTo(played.facts(Fact.Accepted.class).size());
    // Who was away when the run ended was asked as well.
    assertThat(ledger.delivered()).isEqualTo(ledger.accepted());
    assertThat(result.streams())
        .extracting(Stream::name)
        .contains("chat", "to-others", "coming", "networks", "joining", "joining: first messages");
    assertThat(result.streams())
        .allSatisfy(each -> assertThat(each.done()).isEqualTo(each.intended()));
  }

  @Test
  void what_is_played_to_warm_up_is_in_the_ledger_and_in_no_other_figure() throws Exception {
    Played played = new Played(CHAT, 2).prepare(Duration.ofSeconds(10)).finish();
    SurgeResult result = result(played);
    long inTime =
        played.facts(Fact.Due.class).stream()
            .filter(each -> each.intendedNanos() >= played.begin)
            .count();
    int all = played.facts(Fact.Due.class).size();
    assertThat(inTime).isBetween(400L, 600L);
    assertThat(all - inTime).isBetween(400L, 600L);
    assertThat(played.facts(Fact.Due.class))
        .allMatch(each -> each.intendedNanos() >= played.begin - Duration.ofSeconds(10).toNanos());
    assertThat(result.streams().getFirst().intended()).isEqualTo(inTime);
    assertThat(result.phases())
        .filteredOn(each -> each.phase() == Phase.SEND_TO_ACCEPTED)
        .singleElement()
        .satisfies(each -> assertThat(each.count()).isEqualTo(inTime));
    assertThat(result.ledger().accepted()).isEqualTo(all);
    assertThat(result.ledger().astray()).isZero();
  }

  private SurgeResult result(Played played) throws Exception {
    Path file = directory.resolve("facts");
    try (FactWriter writer = FactWriter.to(file)) {
      for (Fact each : played.virtual.facts()) {
        writer.write(each);
      }
    }
    Figures figures = new Figures(played.replay.played(), new Span(played.begin, played.end));
    figures.read(file);
    return figures.result(setting(), ServerSamples.NONE, List.of());
  }

  /** Sends are not heard while it is deaf. */
  private static final class Deaf implements Tier.Script {
    boolean isDeaf;

    @Override
    public boolean heard(Peer peer, ClientFrame frame) {
      return isDeaf && frame.hasSend();
    }
  }

  @Test
  void what_is_accepted_while_generators_finish_one_after_the_other_is_open() throws Exception {
    Played played = new Played(CHAT, 2).prepare();
    Deaf deaf = new Deaf();
    played.tier.script = deaf;
    played.virtual.pass(Duration.ofSeconds(5));
    deaf.isDeaf = true;
    played.end();
    int before = played.facts(Fact.Accepted.class).size();
    played.fleets.getFirst().finish();
    played.virtual.pass(Duration.ofSeconds(31));
    assertThat(played.told).contains("0 done").doesNotContain("1 done");

    deaf.isDeaf = false;
    played.virtual.pass(Duration.ofSeconds(60));
    List<Fact.Accepted> accepted = played.facts(Fact.Accepted.class);
    assertThat(accepted.subList(before, accepted.size()))
        .hasSizeGreaterThan(20)
        .allMatch(each -> each.from().user() % 2 == 1);
    played.fleets.get(1).finish();
    played.virtual.pass(Duration.ofSeconds(31));
    assertThat(played.told).contains("1 done");
    SurgeResult result = result(played);
    assertThat(result.ledger().astray()).as(result.ledger().toString()).isZero();
    assertThat(result.ledger().accepted()).isEqualTo(before);
    assertThat(result.streams().getFirst().done()).isEqualTo(before);
  }

  @Test
  void nothing_is_sent_after_the_end_and_no_answer_is_taken() throws Exception {
    Played played = new Played(CHAT, 1).prepare();
    played.virtual.pass(Duration.ofSeconds(5));
    List<Runnable> answers = new ArrayList<>();
    played.tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            if (frame.hasSend()) {
              ByteString id = ByteString.copyFrom(new byte[16]);
              answers.add(() -> peer.say(Tier.sent(frame.getSend(), id)));
            }
            return frame.hasSend() || frame.hasSync();
          }
        };
    played.end();
    int sent = answers.size();
    int accepted = played.facts(Fact.Accepted.class).size();
    Tallies.Reading before = played.fleets.getFirst().progress().phones();
    played.fleets.getFirst().finish();
    // Half of them: the others would go again.
    for (int i = 0; i < sent; i += 2) {
      answers.get(i).run();
    }
    played.virtual.pass(Duration.ofSeconds(31));
    assertThat(played.told).contains("0 done");
    assertThat(answers).hasSize(sent).hasSizeGreaterThan(100);
    assertThat(played.facts(Fact.Accepted.class)).hasSize(accepted);
    Tallies.Reading after = played.fleets.getFirst().progress().phones();
    assertThat(after.unanswered()).isEqualTo(before.unanswered()).isGreaterThan(100);
  }

  private static final String WITH_AWAY = CHAT.replace("online: 100%", "online: 50%, unread: 2");

  @Test
  void who_is_away_is_asked_at_the_end_and_nobody_counts_that_as_a_session() throws Exception {
    Played played = new Played(WITH_AWAY, 2).prepare();
    played.end();
    int welcomed = played.facts(Fact.Welcomed.class).size();
    assertThat(welcomed).isEqualTo(30);
    played.fleets.forEach(Fleet::finish);
    played.virtual.pass(Duration.ofSeconds(31));
    assertThat(played.facts(Fact.Welcomed.class)).hasSize(welcomed);
    assertThat(played.facts(Fact.Synced.class)).hasSize(welcomed);
    assertThat(played.facts(Fact.CaughtUp.class)).hasSize(60);
    SurgeResult result = result(played);
    assertThat(result.ledger().delivered()).isEqualTo(result.ledger().accepted());
    assertThat(result.ledger().accepted()).isGreaterThan(400);
    // Those who were away got theirs when they were asked: no slow ones.
    assertThat(result.phases())
        .filteredOn(each -> each.phase() == Phase.SEND_TO_DELIVERED)
        .allSatisfy(
            each -> {
              assertThat(each.maxMs()).isLessThan(100);
              assertThat(each.count()).isLessThan(result.ledger().accepted() - 60);
            });
  }

  @Test
  void a_message_for_somebody_who_is_away_that_the_tier_does_not_have_any_more_is_lost()
      throws Exception {
    Played played = new Played(WITH_AWAY, 2).prepare();
    played.end();
    played.tier.forget(played.user(0, 40));
    played.fleets.forEach(Fleet::finish);
    played.virtual.pass(Duration.ofSeconds(31));
    Ledger ledger = result(played).ledger();
    assertThat(ledger.lost()).isGreaterThanOrEqualTo(2);
    assertThat(ledger.astray()).isEqualTo(ledger.lost());
  }

  @Test
  void who_is_refused_at_the_end_holds_up_nobody() throws Exception {
    Played played = new Played(WITH_AWAY, 1).prepare();
    played.end();
    Set<ByteString> refused = new HashSet<>();
    for (int user = 30; user < 55; user++) {
      refused.add(played.user(0, user));
    }
    played.tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            boolean isRefused = refused.contains(frame.getHello().getUser());
            if (isRefused) {
              peer.say(Tier.error(Reason.OVERLOADED, 60_000));
              peer.hangUp();
            }
            return isRefused;
          }
        };
    played.fleets.getFirst().finish();
    played.virtual.pass(Duration.ofSeconds(31));
    assertThat(played.told).contains("0 done");
    // Twenty are asked at a time.
    assertThat(played.facts(Fact.CaughtUp.class)).hasSize(35);
    Ledger ledger = result(played).ledger();
    assertThat(ledger.astray()).isZero();
    assertThat(ledger.waiting()).isGreaterThanOrEqualTo(50);
  }

  @Test
  void the_more_there_are_to_ask_the_longer_they_may_take() throws Exception {
    Played played = new Played(WITH_AWAY.replace("users: 60", "users: 1200"), 1).prepare();
    played.end();
    Set<ByteString> refused = new HashSet<>(Set.of(played.user(0, 1100)));
    played.tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            boolean isRefused = refused.remove(frame.getHello().getUser());
            if (isRefused) {
              peer.say(Tier.error(Reason.OVERLOADED, 32_000));
              peer.hangUp();
            }
            return isRefused;
          }
        };
    played.fleets.getFirst().finish();
    // 30 s, and 12 s for 1,200 of them.
    played.virtual.pass(Duration.ofSeconds(43));
    assertThat(played.told).contains("0 done");
    assertThat(refused).isEmpty();
    assertThat(played.facts(Fact.CaughtUp.class)).hasSize(1200);
    assertThat(result(played).ledger().waiting()).isZero();
  }

  @Test
  void the_limit_of_asking_grows_with_the_devices() {
    assertThat(Fleet.askingLimit(Duration.ofSeconds(30), 0)).isEqualTo(Duration.ofSeconds(30));
    assertThat(Fleet.askingLimit(Duration.ofSeconds(30), 1_200)).isEqualTo(Duration.ofSeconds(42));
  }

  @Test
  void a_census_has_the_sign_ups_that_are_not_done() {
    Tallies.Reading phones = new Tallies().read();
    assertThat(new Fleet.Progress(1, 2, 3, 7, phones).census(4, 5, 6))
        .isEqualTo(new Fact.Census(4, 5, 7, 0, 6));
  }

  private static Setting setting() {
    return new Setting(
        "test",
        List.of(),
        "a test",
        1,
        1,
        42,
        "none",
        "none",
        "none",
        50,
        "none",
        "none",
        List.of(),
        null,
        null,
        Double.NaN,
        null,
        Map.of(),
        false,
        0);
  }

  @Test
  void the_messages_of_a_run_are_the_same_for_any_number_of_generators() throws Exception {
    Set<List<Object>> of1 = messages(new Played(CHAT, 1).prepare().finish());
    Set<List<Object>> of3 = messages(new Played(CHAT, 3).prepare().finish());
    assertThat(of1).hasSizeGreaterThan(400).isEqualTo(of3);
  }

  private static Set<List<Object>> messages(Played played) {
    return played.facts(Fact.Written.class).stream()
        .map(
            each ->
                List.<Object>of(
                    each.from(), each.to(), each.number(), each.intendedNanos() - played.begin))
        .collect(Collectors.toSet());
  }

  @Test
  void half_of_all_messages_answer_the_one_before_in_their_conversation() throws Exception {
    Played played = new Played(CHAT, 2).prepare().finish();
    Map<Set<Who>, Who> firstMembers = new HashMap<>();
    Map<Set<Who>, Who> lastReaders = new HashMap<>();
    List<Fact.Written> written = new ArrayList<>(played.facts(Fact.Written.class));
    written.sort(Comparator.comparingLong(Fact.Written::intendedNanos));
    int answers = 0;
    int followers = 0;
    for (Fact.Written each : written) {
      Set<Who> pair = Set.of(each.from(), each.to());
      Who last = lastReaders.put(pair, each.to());
      if (!each.from().equals(firstMembers.computeIfAbsent(pair, _ -> each.from()))) {
        // The other member does nothing but answer.
        assertThat(last).isEqualTo(each.from());
      }
      if (last != null) {
        followers++;
        answers += each.from().equals(last) ? 1 : 0;
      }
    }
    assertThat(followers).isGreaterThan(200);
    // Half of them by design, and first members who write again after they were answered.
    assertThat((double) answers / followers).isBetween(0.5, 0.85);
  }

  @Test
  void somebody_who_is_online_writes_in_the_place_of_who_is_not() throws Exception {
    String some = CHAT.replace("online: 100%", "online: 50%");
    Played played = new Played(some, 2).prepare().finish();
    long due = played.facts(Fact.Due.class).size();
    assertThat(played.facts(Fact.Written.class)).hasSize((int) due);
    assertThat(played.facts(Fact.Written.class)).allMatch(each -> each.from().user() < 30);
    Stream chat = result(played).streams().getFirst();
    assertThat(chat.replaced()).isBetween(due / 4, due * 3 / 4);
    assertThat(chat.replaced()).isEqualTo(count(played, Fact.By.ANOTHER));
    assertThat(count(played, Fact.By.SOMEBODY)).isEqualTo(due - chat.replaced());
  }

  private static long count(Played played, Fact.By by) {
    return played.facts(Fact.Due.class).stream().filter(each -> each.by() == by).count();
  }

  @Test
  void when_nobody_is_online_a_message_is_due_and_not_done() throws Exception {
    String late =
        CHAT.replace("online: 100%", "online: 0%")
            .replace(
                "streams:",
                """
                streams:
                  coming:
                    kind: connects
                    of: known
                    rate: [[0s, 0/s], [9s, 0/s], [9s, 5/s]]
                """
                    .strip());
    Played played = new Played(late, 1).prepare().finish();
    long coming = played.begin + Duration.ofSeconds(9).toNanos();
    assertThat(played.facts(Fact.Written.class))
        .isNotEmpty()
        .allMatch(each -> each.intendedNanos() > coming);
    assertThat(played.facts(Fact.Due.class).stream().filter(each -> each.intendedNanos() < coming))
        .hasSizeGreaterThan(300)
        .noneMatch(Fact.Due::isDone);
  }

  @Test
  void who_has_lost_its_network_comes_back_when_it_is_there_again() throws Exception {
    Played played = new Played(EVERYTHING, 2).prepare();
    played.virtual.pass(Duration.ofSeconds(7).plusMillis(999));
    int before = played.fleets.stream().mapToInt(each -> each.progress().phones().up()).sum();
    played.virtual.pass(Duration.ofMillis(10));
    long fault = played.begin + Duration.ofSeconds(8).toNanos();
    long back = fault + Duration.ofSeconds(3).toNanos();
    Set<Who> away =
        played.facts(Fact.Lost.class).stream()
            .filter(each -> each.atNanos() == fault)
            .map(Fact.Lost::who)
            .collect(Collectors.toSet());
    assertThat(away).hasSizeBetween(80, 160);
    assertThat(played.facts(Fact.Left.class).stream().filter(each -> each.atNanos() == fault))
        .extracting(Fact.Left::who)
        .containsAll(away);
    assertThat(before).isGreaterThan(480);
    played.finish();
    for (Who each : away) {
      List<Fact.Welcomed> welcomes =
          played.facts(Fact.Welcomed.class).stream()
              .filter(one -> one.who().equals(each) && one.welcomeNanos() > fault)
              .toList();
      assertThat(welcomes.getFirst().welcomeNanos()).isGreaterThan(back);
      assertThat(welcomes.getFirst().sinceNanos()).isEqualTo(back);
      assertThat(welcomes.getFirst().isResumed()).isTrue();
    }
    assertThat(played.facts(Fact.Written.class))
        .noneMatch(
            each ->
                away.contains(each.from())
                    && each.intendedNanos() > fault
                    && each.intendedNanos() < back);
  }

  @Test
  void sign_ups_that_are_in_line_at_the_end_are_facts() throws Exception {
    Played played = new Played(JOINING, 2);
    played.tier.script =
        new Tier.Script() {
          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            peer.say(ServerFrame.newBuilder().setQueued(Queued.newBuilder().setPlace(1)).build());
            return true;
          }
        };
    played.prepare().finish();
    assertThat(played.facts(Fact.NotSignedUp.class))
        .hasSize(played.facts(Fact.Due.class).size())
        .hasSizeGreaterThan(20);
    assertThat(played.facts(Fact.SignedUp.class)).isEmpty();
  }

  @Test
  void a_preparation_goes_on_without_a_writer_whose_credentials_are_worth_nothing()
      throws Exception {
    Played played = new Played(WITH_AWAY, 1);
    played.tier.script =
        new Tier.Script() {
          private int hellos;

          @Override
          public boolean heard(Peer peer, ClientFrame frame) {
            boolean isRefused = frame.hasHello() && hellos++ == 0;
            if (isRefused) {
              peer.say(Tier.error(Reason.UNAUTHENTICATED, 0));
            }
            return isRefused;
          }
        };
    played.prepare();
    assertThat(played.told).contains("0 prepared 60");
    assertThat(played.virtual.troubles()).isNotEmpty();
    assertThat(played.facts(Fact.Accepted.class)).hasSize(58);
  }

  @Test
  void several_devices_are_refused() {
    String devices = CHAT.replace("online: 100%", "online: 100%, devices: 2");
    assertThatThrownBy(() -> new Played(devices, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("devices of known: 2 (expected: 1");
  }
}
