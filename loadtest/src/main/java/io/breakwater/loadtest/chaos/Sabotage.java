package io.breakwater.loadtest.chaos;

import io.breakwater.loadtest.chaos.report.Promise;
import io.breakwater.loadtest.verdict.TrialFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a test build of the delivery server does wrong (there: {@code delivery.sabotage}), which
 * promises that breaks, and a short campaign in which it shows.
 */
enum Sabotage {
  ACK_BEFORE_DURABLE,
  FORGET_DEDUPE,
  SKIP_RECOVERY,
  PUBLISH_OUT_OF_PREFIX,
  IGNORE_SEAL,
  IDS_BELOW_CEILING,
  DROP_TAIL_ON_HANDOFF,
  ACK_OF_ANOTHER_DEVICE,
  LEAK,
  REORDER;

  /**
   * So many people that something is under way to each node whenever it is killed; large messages,
   * so that lanes have several blocks under way. One node is killed twice: by then its ids are
   * above those of who takes over.
   */
  private static final List<String> KILLS =
      List.of(
          "--minutes=2",
          "--seed=21",
          "--faults=kill-delivery",
          "--users=30",
          "--devices=2",
          "--payload=2000");

  /** Longer than a delivery node may be silent. */
  private static final List<String> FREEZES =
      List.of("--minutes=2", "--seed=21", "--faults=freeze-delivery");

  /** Longer than clients wait for an answer. */
  private static final List<String> STORAGE_STANDS_STILL =
      List.of("--minutes=2", "--seed=21", "--faults=freeze-cassandra");

  private static final String SUFFIX = "-sabotage.jar";

  /** By its name, as it is written on the command line. */
  static Optional<Sabotage> named(String name) {
    return Arrays.stream(values()).filter(each -> each.toString().equals(name)).findFirst();
  }

  /** Arguments of {@code chaos} in which it shows, without the sabotage itself. */
  List<String> campaign() {
    return switch (this) {
      case FORGET_DEDUPE -> STORAGE_STANDS_STILL;
      case IGNORE_SEAL -> FREEZES;
      case ACK_BEFORE_DURABLE,
          SKIP_RECOVERY,
          PUBLISH_OUT_OF_PREFIX,
          IDS_BELOW_CEILING,
          DROP_TAIL_ON_HANDOFF,
          ACK_OF_ANOTHER_DEVICE,
          LEAK,
          REORDER ->
          KILLS;
    };
  }

  /** It is caught if one of these is found broken. */
  Set<Promise> promises() {
    return switch (this) {
      case ACK_BEFORE_DURABLE, SKIP_RECOVERY, PUBLISH_OUT_OF_PREFIX, DROP_TAIL_ON_HANDOFF ->
          Set.of(Promise.P1, Promise.P2);
      case FORGET_DEDUPE, LEAK -> Set.of(Promise.P3);
      case IGNORE_SEAL -> Set.of(Promise.P1, Promise.P2, Promise.P3);
      case IDS_BELOW_CEILING, ACK_OF_ANOTHER_DEVICE, REORDER -> Set.of(Promise.P2);
    };
  }

  /**
   * What {@code up} has to be told.
   *
   * @param root the directory of {@code breakwater}, built
   * @throws TrialFailure if the test build is missing
   */
  Map<String, String> environment(Path root) {
    return Map.of(
        "BREAKWATER_DELIVERY_BUILD", jar(root).toString(), "BREAKWATER_SABOTAGE", toString());
  }

  private static Path jar(Path root) {
    Path target = root.resolve("delivery/target");
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(target, "breakwater-delivery-*" + SUFFIX)) {
      for (Path jar : jars) {
        return jar;
      }
    } catch (IOException e) {
      throw new TrialFailure("cannot look into %s: %s".formatted(target, e), e);
    }
    throw new TrialFailure(
        "no jar *%s in %s: run `mvn package -DskipTests` at the top of the project"
            .formatted(SUFFIX, target));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
