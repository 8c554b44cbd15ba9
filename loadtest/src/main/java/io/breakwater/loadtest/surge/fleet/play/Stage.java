package io.breakwater.loadtest.surge.fleet.play;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.surge.fleet.phone.World;
import io.breakwater.loadtest.surge.fleet.who.Handles;
import io.breakwater.loadtest.surge.fleet.who.Roster;
import io.breakwater.loadtest.surge.scenario.Replay;
import io.breakwater.loadtest.surge.scenario.arrivals.Part;
import io.breakwater.loadtest.surge.scenario.model.Population;
import java.util.List;
import java.util.function.Supplier;

/**
 * What is played, and where.
 *
 * @param seed of the run
 * @param signUpIds 16 random bytes each; a secret, never from the seed: the same id is the same
 *     account
 * @param atOnce how many are prepared, connected or asked at a time
 */
public record Stage(
    World world,
    Replay replay,
    long seed,
    Part part,
    Handles handles,
    Roster roster,
    Supplier<ByteString> signUpIds,
    int atOnce) {
  boolean owns(long user) {
    return user % part.count() == part.index();
  }

  List<Population> populations() {
    return replay.played().populations();
  }

  int index(String population) {
    List<Population> all = populations();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).name().equals(population)) {
        return i;
      }
    }
    throw new IllegalArgumentException("population: " + population);
  }
}
