package io.breakwater.loadtest.surge.figures;

import io.breakwater.loadtest.surge.facts.Fact.Who;

/** Users and devices by places from 0. */
final class People {
  private final int populations;
  private final Numbering users = new Numbering();
  private final Numbering devices = new Numbering();

  /**
   * @param populations that there are
   */
  People(int populations) {
    this.populations = populations;
  }

  /**
   * @throws IllegalArgumentException if there is no such population
   */
  int user(Who who) {
    if (who.population() < 0 || who.population() >= populations) {
      throw new IllegalArgumentException(
          "population: %d (expected: 0..%d)".formatted(who.population(), populations - 1));
    }
    return users.of(who.population(), who.user());
  }

  int device(Who who) {
    return devices.of(user(who), who.device());
  }

  /** A device of a user; -1: nothing was ever seen of it. */
  int device(int user, int number) {
    return devices.find(user, number);
  }

  int devices() {
    return devices.size();
  }

  int populationOfUser(int user) {
    return users.first(user);
  }

  int populationOfDevice(int device) {
    return users.first(devices.first(device));
  }
}
