package io.breakwater.delivery.sabotage;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.delivery.lane.Lane;
import io.breakwater.delivery.lane.LaneEffects;
import io.breakwater.delivery.lane.LaneFactory;
import io.breakwater.delivery.lane.LaneLimits;
import io.breakwater.delivery.lane.Rule;
import io.breakwater.storage.Storage;
import io.breakwater.storage.StorageLayout;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What a sabotaged delivery process does wrong. */
public enum Sabotage {
  /** A block is published at once and written a second later: the end of the process loses it. */
  ACK_BEFORE_DURABLE,

  /** A message that is sent again is a further message: neither memory nor history is asked. */
  FORGET_DEDUPE,

  /** Whoever recovers a dead incarnation finds its journal empty. */
  SKIP_RECOVERY,

  /**
   * A block is published as soon as it is written, whatever its predecessors do. Every fourth one
   * takes long to write, so that there are predecessors which a kill cuts off.
   */
  PUBLISH_OUT_OF_PREFIX,

  /** Whoever was removed and sealed goes on as if it did not know. */
  IGNORE_SEAL,

  /** Ids of a mailbox that moves start below those of its earlier home. */
  IDS_BELOW_CEILING,

  /** What is unsettled of a mailbox that moves is forgotten. */
  DROP_TAIL_ON_HANDOFF,

  /** What one device of a user has acknowledged counts as acknowledged by all of them. */
  ACK_OF_ANOTHER_DEVICE,

  /** Now and then entries go to the device of somebody else, too. */
  LEAK,

  /** Now and then a device gets entries after later ones. */
  REORDER;

  /**
   * By its name in any case.
   *
   * @throws IllegalArgumentException if there is none; it lists what there is
   */
  public static Sabotage named(String name) {
    return Arrays.stream(values())
        .filter(each -> each.toString().equals(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "sabotage: '%s' (expected: one of %s)"
                        .formatted(
                            name,
                            Arrays.stream(values())
                                .map(Sabotage::toString)
                                .collect(Collectors.joining(", ")))));
  }

  /** What the process takes for its storage. */
  public Storage storage(Storage real) {
    return switch (this) {
      case ACK_BEFORE_DURABLE -> new OtherJournal(real, new HastyJournal(real.journal()));
      case SKIP_RECOVERY -> new OtherJournal(real, new ForgottenJournal(real.journal()));
      case PUBLISH_OUT_OF_PREFIX -> new OtherJournal(real, new UnevenJournal(real.journal()));
      case FORGET_DEDUPE,
          IGNORE_SEAL,
          IDS_BELOW_CEILING,
          DROP_TAIL_ON_HANDOFF,
          ACK_OF_ANOTHER_DEVICE,
          LEAK,
          REORDER ->
          real;
    };
  }

  /** A lane of the process; see {@link Lane.Maker}. */
  public Lane lane(
      LaneEffects effects,
      LaneLimits limits,
      StorageLayout layout,
      IncarnationId incarnation,
      long firstId,
      long ceiling) {
    Set<Rule> kept = EnumSet.allOf(Rule.class);
    kept.removeAll(broken());
    return LaneFactory.lane(effects(effects), limits, layout, kept, incarnation, firstId, ceiling);
  }

  private List<Rule> broken() {
    return switch (this) {
      case FORGET_DEDUPE -> List.of(Rule.DEDUPE);
      case PUBLISH_OUT_OF_PREFIX -> List.of(Rule.PREFIX);
      case IGNORE_SEAL -> List.of(Rule.SEAL);
      case IDS_BELOW_CEILING -> List.of(Rule.IDS_ABOVE, Rule.CEILING);
      case DROP_TAIL_ON_HANDOFF -> List.of(Rule.HANDOFF);
      case ACK_OF_ANOTHER_DEVICE -> List.of(Rule.EVERY_DEVICE);
      case ACK_BEFORE_DURABLE, SKIP_RECOVERY, LEAK, REORDER -> List.of();
    };
  }

  private LaneEffects effects(LaneEffects real) {
    return switch (this) {
      case LEAK -> Misdelivery.of(real, new Leak(real));
      case REORDER -> Misdelivery.of(real, new Reorder(real));
      case ACK_BEFORE_DURABLE,
          FORGET_DEDUPE,
          SKIP_RECOVERY,
          PUBLISH_OUT_OF_PREFIX,
          IGNORE_SEAL,
          IDS_BELOW_CEILING,
          DROP_TAIL_ON_HANDOFF,
          ACK_OF_ANOTHER_DEVICE ->
          real;
    };
  }

  /** Who is told that the process has to end at once. */
  public Consumer<String> onFatal(Consumer<String> real) {
    return this == IGNORE_SEAL ? _ -> {} : real;
  }

  /** As it is written on command lines and in the environment. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
