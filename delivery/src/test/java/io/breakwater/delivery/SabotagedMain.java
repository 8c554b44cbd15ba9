package io.breakwater.delivery;

import io.breakwater.delivery.sabotage.Sabotage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The delivery process of a test build: it breaks the rule that {@code BREAKWATER_SABOTAGE} names.
 * Exit status as {@link DeliveryMain}'s.
 */
public final class SabotagedMain {
  private static final Logger log = LoggerFactory.getLogger(SabotagedMain.class);

  private SabotagedMain() {}

  /** Takes no arguments. */
  public static void main(String[] args) throws InterruptedException {
    Sabotage sabotage;
    try {
      sabotage = Sabotage.named(System.getenv().getOrDefault("BREAKWATER_SABOTAGE", ""));
    } catch (IllegalArgumentException e) {
      log.error("{}", e.getMessage());
      System.exit(2);
      return;
    }
    log.warn("sabotaged on purpose, for tests only: {}", sabotage);
    Parts parts = new Parts(sabotage::storage, sabotage::lane);
    DeliveryMain.run(
        (config, incarnation, onFatal) ->
            DeliveryServer.start(config, incarnation, sabotage.onFatal(onFatal), parts));
  }
}
