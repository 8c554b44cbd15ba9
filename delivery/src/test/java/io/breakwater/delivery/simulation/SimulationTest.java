package io.breakwater.delivery.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SimulationTest {
  @Test
  void everything_arrives_in_a_world_without_faults() {
    for (long seed = 1; seed <= 40; seed++) {
      assertThat(Simulation.runWithoutFaults(seed).sent()).isPositive();
    }
  }
}
