package io.breakwater.loadtest.chaos.phones;

import io.breakwater.loadtest.chaos.payload.Device;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Which devices there will be, and when they come and go. Each user has one that stays. Of the
 * others a third is linked later than the begin, and a fifth is signed out.
 *
 * @param fates by user and number
 */
record Roster(List<Fate> fates) {
  /** Something that does not happen. */
  static final long NEVER = Long.MAX_VALUE;

  /** Something that happens before the begin. */
  static final long AT_START = 0;

  private static final int LATER_ONE_IN = 3;
  private static final int SIGNED_OUT_ONE_IN = 5;

  private static final int MIN_LATER_MS = 5_000;
  private static final int MAX_LATER_MS = 40_000;
  private static final int MIN_STAY_MS = 10_000;
  private static final int MAX_STAY_MS = 50_000;

  Roster {
    fates = List.copyOf(fates);
  }

  /**
   * What becomes of a device.
   *
   * @param linkAtMs after the begin; {@link #AT_START} for before
   * @param signOutAtMs after the begin; {@link #NEVER} if it stays
   */
  record Fate(Device device, long linkAtMs, long signOutAtMs) {
    boolean isFirst() {
      return device.number() == 1;
    }
  }

  /** The same for the same plan. */
  static Roster draw(CrowdPlan plan) {
    Random random = new Random(plan.seed());
    List<Fate> fates = new ArrayList<>();
    List<Device> further = new ArrayList<>();
    for (int user = 0; user < plan.users(); user++) {
      fates.add(new Fate(new Device(user, 1), AT_START, NEVER));
      int devices = 1 + random.nextInt(plan.devicesPerUser());
      for (int number = 2; number <= devices; number++) {
        further.add(new Device(user, number));
      }
    }
    Collections.shuffle(further, random);
    for (int place = 0; place < further.size(); place++) {
      long linkAtMs =
          place % LATER_ONE_IN == 0 ? random.nextInt(MIN_LATER_MS, MAX_LATER_MS) : AT_START;
      long signOutAtMs =
          place % SIGNED_OUT_ONE_IN == 1
              ? linkAtMs + random.nextInt(MIN_STAY_MS, MAX_STAY_MS)
              : NEVER;
      fates.add(new Fate(further.get(place), linkAtMs, signOutAtMs));
    }
    return new Roster(fates);
  }
}
