package io.breakwater.loadtest.surge.fleet.who;

import com.google.protobuf.ByteString;
import io.breakwater.loadtest.surge.scenario.model.Population;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The ids of all users who exist before the begin, 16 bytes each. Confined to one thread at a time.
 */
public final class Roster {
  private static final int ID_BYTES = 16;
  private static final byte[] NOBODY = new byte[ID_BYTES];
  private static final long MOST_USERS = Integer.MAX_VALUE / ID_BYTES;

  private final List<byte[]> ids;
  private final List<String> names;

  /**
   * With nobody in it.
   *
   * @throws IllegalArgumentException if a population is too large for one process
   */
  public Roster(List<Population> populations) {
    ids = new ArrayList<>();
    names = populations.stream().map(Population::name).toList();
    for (Population each : populations) {
      if (each.users() > MOST_USERS) {
        throw new IllegalArgumentException(
            "users of %s: %d (expected: at most %d; scale it down)"
                .formatted(each.name(), each.users(), MOST_USERS));
      }
      ids.add(new byte[(int) each.users() * ID_BYTES]);
    }
  }

  /** Enters one. */
  public void put(int population, long user, ByteString id) {
    if (id.size() != ID_BYTES || population < 0 || population >= ids.size() || user < 0) {
      throw unknown(population, user);
    }
    byte[] all = ids.get(population);
    if (user >= all.length / ID_BYTES) {
      throw unknown(population, user);
    }
    id.copyTo(all, (int) user * ID_BYTES);
  }

  private static IllegalArgumentException unknown(int population, long user) {
    return new IllegalArgumentException(
        "user %d of population %d (expected: one of the scenario)".formatted(user, population));
  }

  /**
   * The id of one.
   *
   * @throws IllegalStateException if it was never entered
   */
  public ByteString id(int population, long user) {
    byte[] all = ids.get(population);
    int from = (int) user * ID_BYTES;
    if (isNobody(all, from)) {
      throw new IllegalStateException(
          "user %d of %s has no account in any generator's file"
              .formatted(user, names.get(population)));
    }
    return ByteString.copyFrom(all, from, ID_BYTES);
  }

  private static boolean isNobody(byte[] all, int from) {
    return Arrays.equals(all, from, from + ID_BYTES, NOBODY, 0, ID_BYTES);
  }

  /**
   * Makes sure that everybody is in it.
   *
   * @throws IllegalStateException that names the first who is not
   */
  public void checkComplete() {
    for (int population = 0; population < ids.size(); population++) {
      byte[] all = ids.get(population);
      for (int from = 0; from < all.length; from += ID_BYTES) {
        if (isNobody(all, from)) {
          var _ = id(population, from / ID_BYTES);
        }
      }
    }
  }
}
