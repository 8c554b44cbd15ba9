package io.breakwater.storage;

import io.breakwater.common.id.IncarnationId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The registry of incarnations. The owner writes address, checkpoints, ceiling and what it
 * released; a recoverer writes seal and recovered: disjoint columns. Beats are rows of their own.
 * Ceilings, checkpoints and released views only rise: a lower one changes nothing, in whatever
 * order writes arrive. All reads and writes at LOCAL_QUORUM.
 */
public interface IncarnationStore {
  /**
   * An incarnation as it was read.
   *
   * @param address of its trunk port, {@code host:port}
   * @param lanes how many lanes it has
   * @param checkpoints per lane, the lowest block that may hold an unsettled entry; absent: 0
   * @param idCeiling every entry id it issued is below this
   * @param released it has adopted this view and speaks for nothing that it lost by then; 0: none
   */
  record Registration(
      IncarnationId incarnation,
      String address,
      int lanes,
      Map<Integer, Long> checkpoints,
      long idCeiling,
      long released,
      boolean sealed,
      boolean recovered) {}

  /**
   * Writes address, lanes and ceiling, once, before the incarnation does anything else. Idempotent.
   */
  CompletionStage<Void> register(
      IncarnationId incarnation, String address, int lanes, long idCeiling);

  /** Reads one row; empty if it has no address (to its owner that counts as a seal). */
  CompletionStage<Optional<Registration>> read(IncarnationId incarnation);

  /** Reads every row that has an address. */
  CompletionStage<List<Registration>> list();

  /** Raises the ceiling. Idempotent. */
  CompletionStage<Void> raiseCeiling(IncarnationId incarnation, long idCeiling);

  /** Writes the checkpoint of some lanes. Idempotent. */
  CompletionStage<Void> checkpoint(IncarnationId incarnation, Map<Integer, Long> checkpoints);

  /** Writes up to which view it has released what it lost. Idempotent. */
  CompletionStage<Void> release(IncarnationId incarnation, long view);

  /**
   * Says that it reaches storage: again and again, with a higher number each time. Forgotten 60 s
   * later. It makes no row of the registry, and keeps none. Idempotent.
   *
   * @param number from 1; a lower one than before changes nothing, in whatever order they arrive
   */
  CompletionStage<Void> beat(IncarnationId incarnation, long number);

  /** The highest beat of each incarnation that is not forgotten, registered or not. */
  CompletionStage<Map<IncarnationId, Long>> beats();

  /** Seals: from 1.2 s after the stage completes, the incarnation publishes nothing more. */
  CompletionStage<Void> seal(IncarnationId incarnation);

  /**
   * Marks as recovered, after sealing. The row expires 24 h later; after 1 h if it has released no
   * view, which is the first that a member does. Idempotent.
   */
  CompletionStage<Void> markRecovered(IncarnationId incarnation);
}
