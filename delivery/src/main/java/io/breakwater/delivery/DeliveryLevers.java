package io.breakwater.delivery;

import io.breakwater.common.lever.Lever;
import io.breakwater.common.lever.Levers;
import io.breakwater.delivery.credit.BrownOutStep;
import io.breakwater.delivery.credit.CreditAims;
import io.breakwater.delivery.node.Grantor;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

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
              "sign-up.share", "of a saturated node", 0, 0.9, CreditAims.DEFAULT.signUpShare()));
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

  private final Lever<Pin> brownOut =
      levers.add(
          Lever.of("brown-out", "", Pin.RANGE, Pin::parse, Pin.AUTO).applies(value -> pass()));

  DeliveryLevers() {}

  /** Where the brown-out ladder is to stay; nowhere: it moves by itself. */
  private record Pin(Optional<BrownOutStep> at) {
    static final Pin AUTO = new Pin(Optional.empty());
    static final String RANGE =
        "auto, "
            + Arrays.stream(BrownOutStep.values())
                .map(BrownOutStep::toString)
                .collect(Collectors.joining(", "));

    static Pin parse(String text) {
      if (text.equals(AUTO.toString())) {
        return AUTO;
      }
      return Arrays.stream(BrownOutStep.values())
          .filter(step -> step.toString().equals(text))
          .map(step -> new Pin(Optional.of(step)))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException(text));
    }

    @Override
    public String toString() {
      return at.map(BrownOutStep::toString).orElse("auto");
    }
  }

  private <T> Lever<T> aim(Lever<T> lever) {
    return levers.add(lever.applies(value -> pass()));
  }

  /** The node is there now. */
  void hold(Grantor of) {
    grantor.set(Optional.of(of));
    pass();
  }

  private void pass() {
    grantor
        .get()
        .ifPresent(
            each -> {
              each.aim(this::aims);
              each.pinBrownOut(() -> brownOut.value().at());
            });
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
