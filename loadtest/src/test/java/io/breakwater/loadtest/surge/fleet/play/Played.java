package io.breakwater.loadtest.surge.fleet.play;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.surge.facts.Fact;
import io.breakwater.loadtest.surge.facts.Fact.Who;
import io.breakwater.loadtest.surge.fleet.phone.Tallies;
import io.breakwater.loadtest.surge.fleet.phone.Tier;
import io.breakwater.loadtest.surge.fleet.phone.Virtual;
import io.breakwater.loadtest.surge.fleet.phone.World;
import io.breakwater.loadtest.surge.fleet.who.Handles;
import io.breakwater.loadtest.surge.fleet.who.Roster;
import io.breakwater.loadtest.surge.scenario.InvalidScenario;
import io.breakwater.loadtest.surge.scenario.Replay;
import io.breakwater.loadtest.surge.scenario.Scenarios;
import io.breakwater.loadtest.surge.scenario.arrivals.Part;
import io.breakwater.loadtest.surge.scenario.model.Reduction;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A scenario on virtual time, by some generators against one tier. */
final class Played {
  private static final long SEED = 42;

  final Tier tier = new Tier();
  final Virtual virtual = new Virtual(tier, 9);
  final Replay replay;
  final List<Fleet> fleets = new ArrayList<>();
  final List<String> told = new ArrayList<>();
  private final List<Roster> rosters = new ArrayList<>();
  private final Map<Who, ByteString> users = new HashMap<>();
  private long ids;
  long begin;
  long end;

  Played(String body, int generators) throws InvalidScenario {
    replay = Replay.of(Scenarios.parse("test.yaml", yaml(body)), Reduction.NONE);
    for (int i = 0; i < generators; i++) {
      World world = virtual.world();
      World own =
          new World(
              world.clock(),
              world.lines(),
              world.timers(),
              world.random(),
              world.facts(),
              world.trouble(),
              new Tallies(),
              60,
              world.workers());
      Roster roster = new Roster(replay.played().populations());
      rosters.add(roster);
      Stage stage =
          new Stage(
              own,
              replay,
              SEED,
              new Part(i, generators),
              new Handles("test"),
              roster,
              () -> ByteString.copyFrom(ByteBuffer.allocate(16).putLong(7).putLong(++ids).flip()),
              20);
      fleets.add(new Fleet(stage, Duration.ofSeconds(30), new Told(i)));
    }
  }

  private static String yaml(String body) {
    return """
        name: test
        title: a test
        facts: []
        model: a test
        small: {scale: 1, compress: 1}
        limits: []
        """
        + body;
  }

  private final class Told implements Fleet.Listener {
    private final int index;

    Told(int index) {
      this.index = index;
    }

    @Override
    public void prepared(Map<Who, ByteString> own) {
      users.putAll(own);
      told.add(index + " prepared " + own.size());
    }

    @Override
    public void online(int count) {
      told.add(index + " online " + count);
    }

    @Override
    public void quiet() {
      told.add(index + " quiet");
    }

    @Override
    public void done() {
      told.add(index + " done");
    }
  }

  ByteString user(int population, long number) {
    ByteString id = users.get(new Who(population, number, 0));
    assertThat(id).isNotNull();
    return id == null ? ByteString.EMPTY : id;
  }

  /** Up to the begin, which is a second later. */
  Played prepare() {
    return prepare(Duration.ZERO);
  }

  /** The same, and a warm-up before. */
  Played prepare(Duration warmUp) {
    fleets.forEach(Fleet::prepare);
    virtual.pass(Duration.ofSeconds(60));
    for (Roster roster : rosters) {
      users.forEach((who, id) -> roster.put(who.population(), who.user(), id));
      roster.checkComplete();
    }
    fleets.forEach(Fleet::connect);
    virtual.pass(Duration.ofSeconds(60));
    Duration ahead = warmUp.plusSeconds(1);
    begin = virtual.now() + ahead.toNanos();
    fleets.forEach(each -> each.go(begin, warmUp));
    virtual.pass(ahead);
    return this;
  }

  /** To the end. */
  void end() {
    virtual.pass(replay.played().duration().plusSeconds(31));
    assertThat(told.stream().filter(each -> each.endsWith("quiet"))).hasSize(fleets.size());
    end = virtual.now();
  }

  /** To the end, and what follows. */
  Played finish() {
    end();
    fleets.forEach(Fleet::finish);
    virtual.pass(Duration.ofSeconds(31));
    assertThat(told.stream().filter(each -> each.endsWith("done"))).hasSize(fleets.size());
    return this;
  }

  <T extends Fact> List<T> facts(Class<T> kind) {
    return virtual.facts(kind);
  }
}
