package io.breakwater.delivery;

import io.breakwater.common.lever.Lever;
import io.breakwater.common.lever.Levers;
import io.breakwater.delivery.credit.CreditAims;
import io.breakwater.delivery.node.Grantor;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What can be changed of a delivery node while it runs, also before there is one: while the process
 * waits for Cassandra.
 */
final class DeliveryLevers {
  private final Levers levers = new Levers(InstantSource.system());
  private final AtomicReference<Optional<Grantor>> grantor =
      new AtomicReference<>(Optional.empty());
  private final Lever<Double> sendsAboveCalm =
      aim(
          Lever.number(
              "target.sends", "times calm", 1.05, 10, CreditAims.DEFAULT.sendsAboveCalm()));
  private final Lever<Double> sendsHeldBackMs =
      aim(
          Lever.number(
              "target.sends-held-back-ms", "ms", 5, 5_000, CreditAims.DEFAULT.sendsHeldBackMs()));
  private final Lever<Double> othersMs =
      aim(Lever.number("target.others-ms", "ms", 1, 5_000, CreditAims.DEFAULT.othersMs()));
  private final Lever<Double> signUpShare =
      aim(
          Lever.number(
              "sign-up.share",
              "of a saturated node",
              0,
              0.9,
              CreditAims.DEFAULT.signUpShare()));
  private final Lever<Integer> writesLeast =
      aim(
          Lever.whole(
              "sign-up.writes-least",
              "conditional writes",
              1,
              1_024,
              CreditAims.DEFAULT.writesLeast()));
  private final Lever<Integer> writesMost =
      aim(
          Lever.whole(
              "sign-up.writes-most",
              "conditional writes",
              1,
              1_024,
              CreditAims.DEFAULT.writesMost()));

  DeliveryLevers() {}

  private <T> Lever<T> aim(Lever<T> lever) {
    return levers.add(lever.applies(value -> pass()));
  }

  /** The node is there now. */
  void hold(Grantor of) {
    grantor.set(Optional.of(of));
    pass();
  }

  private void pass() {
    grantor.get().ifPresent(each -> each.aim(this::aims));
  }

  private CreditAims aims() {
    return new CreditAims(
        sendsAboveCalm.value(),
        sendsHeldBackMs.value(),
        othersMs.value(),
        signUpShare.value(),
        writesLeast.value(),
        writesMost.value());
  }

  /** All of them: others may add theirs while the process starts. */
  Levers all() {
    return levers;
  }
}
