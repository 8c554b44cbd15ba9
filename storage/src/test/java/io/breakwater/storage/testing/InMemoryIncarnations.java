package io.breakwater.storage.testing;

import io.breakwater.common.id.IncarnationId;
import io.breakwater.storage.IncarnationStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

final class InMemoryIncarnations implements IncarnationStore {
  /** One row; whoever writes first makes it, so it may lack an address. */
  private static final class Row {
    @Nullable String address;
    int lanes;
    long idCeiling;
    long released;
    final Map<Integer, Long> checkpoints = new TreeMap<>();
    boolean sealed;
    boolean recovered;

    Optional<Registration> registration(IncarnationId incarnation) {
      return address == null
          ? Optional.empty()
          : Optional.of(
              new Registration(
                  incarnation,
                  address,
                  lanes,
                  Map.copyOf(checkpoints),
                  idCeiling,
                  released,
                  sealed,
                  recovered));
    }
  }

  private final TreeMap<IncarnationId, Row> rows = new TreeMap<>();
  private final TreeMap<IncarnationId, Long> beats = new TreeMap<>();

  private Row row(IncarnationId incarnation) {
    return rows.computeIfAbsent(incarnation, absent -> new Row());
  }

  @Override
  public CompletionStage<Void> register(
      IncarnationId incarnation, String address, int lanes, long idCeiling) {
    Row row = row(incarnation);
    row.address = address;
    row.lanes = lanes;
    return raiseCeiling(incarnation, idCeiling);
  }

  @Override
  public CompletionStage<Optional<Registration>> read(IncarnationId incarnation) {
    Row row = rows.get(incarnation);
    return CompletableFuture.completedStage(
        row == null ? Optional.empty() : row.registration(incarnation));
  }

  @Override
  public CompletionStage<List<Registration>> list() {
    return CompletableFuture.completedStage(
        rows.entrySet().stream()
            .flatMap(row -> row.getValue().registration(row.getKey()).stream())
            .toList());
  }

  @Override
  public CompletionStage<Void> raiseCeiling(IncarnationId incarnation, long idCeiling) {
    Row row = row(incarnation);
    row.idCeiling = Math.max(row.idCeiling, idCeiling);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Void> checkpoint(
      IncarnationId incarnation, Map<Integer, Long> checkpoints) {
    Row row = row(incarnation);
    checkpoints.forEach((lane, seq) -> row.checkpoints.merge(lane, seq, Math::max));
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Void> release(IncarnationId incarnation, long view) {
    Row row = row(incarnation);
    row.released = Math.max(row.released, view);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Void> beat(IncarnationId incarnation, long number) {
    beats.merge(incarnation, number, Math::max);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Map<IncarnationId, Long>> beats() {
    return CompletableFuture.completedStage(Map.copyOf(beats));
  }

  @Override
  public CompletionStage<Void> seal(IncarnationId incarnation) {
    row(incarnation).sealed = true;
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Void> markRecovered(IncarnationId incarnation) {
    row(incarnation).recovered = true;
    return CompletableFuture.completedStage(null);
  }
}
