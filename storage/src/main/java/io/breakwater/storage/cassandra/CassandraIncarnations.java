package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.cql.BatchStatementBuilder;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.storage.IncarnationStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The registry: one partition; and the beats: another one, so that a beat never brings back a row
 * that has expired.
 *
 * <p>Ceilings, checkpoints and released views only rise, and must not seem to fall because a clock
 * was set back or an older write arrived late: the write timestamp <em>is</em> the value, so that
 * the highest wins wherever and whenever it arrives. What a recoverer writes at the end is later
 * than all of that.
 */
final class CassandraIncarnations implements IncarnationStore {
  private static final String CLUSTER = "main";
  private static final long SEALED = 1;
  private static final long RECOVERED = 1L << 62;
  private static final int RECOVERED_TTL_SECONDS = (int) Duration.ofHours(24).toSeconds();

  /** Of a start that came to nothing; one that crashes again and again makes hundreds an hour. */
  private static final int IDLE_TTL_SECONDS = (int) Duration.ofHours(1).toSeconds();

  private static final String COLUMNS =
      "SELECT incarnation, address, lanes, id_ceiling, released, checkpoints, sealed, recovered"
          + " FROM incarnations WHERE cluster = ?";

  private final Requests requests;
  private final PreparedStatement register;
  private final PreparedStatement read;
  private final PreparedStatement list;
  private final PreparedStatement raise;
  private final PreparedStatement checkpoint;
  private final PreparedStatement release;
  private final PreparedStatement seal;
  private final PreparedStatement recovered;
  private final PreparedStatement beat;
  private final PreparedStatement beats;

  CassandraIncarnations(Requests requests, Statements statements) {
    this.requests = requests;
    register =
        statements.write(
            "INSERT INTO incarnations (cluster, incarnation, address, lanes, id_ceiling)"
                + " VALUES (?, ?, ?, ?, ?) USING TIMESTAMP ?");
    read = statements.read(COLUMNS + " AND incarnation = ?");
    list = statements.readSmall(COLUMNS);
    raise =
        statements.write(
            "UPDATE incarnations USING TIMESTAMP ? SET id_ceiling = ?"
                + " WHERE cluster = ? AND incarnation = ?");
    checkpoint =
        statements.write(
            "UPDATE incarnations USING TIMESTAMP ? SET checkpoints[?] = ?"
                + " WHERE cluster = ? AND incarnation = ?");
    release =
        statements.write(
            "UPDATE incarnations USING TIMESTAMP ? SET released = ?"
                + " WHERE cluster = ? AND incarnation = ?");
    seal =
        statements.write(
            "UPDATE incarnations USING TIMESTAMP ? SET sealed = true"
                + " WHERE cluster = ? AND incarnation = ?");
    recovered =
        statements.write(
            "INSERT INTO incarnations"
                + " (cluster, incarnation, address, lanes, id_ceiling, released, checkpoints, sealed,"
                + " recovered) VALUES (?, ?, ?, ?, ?, ?, ?, true, true) USING TIMESTAMP ? AND TTL ?");
    beat =
        statements.write(
            "UPDATE beats USING TIMESTAMP ? SET beat = ? WHERE cluster = ? AND incarnation = ?");
    beats = statements.readSmall("SELECT incarnation, beat FROM beats WHERE cluster = ?");
  }

  @Override
  public CompletionStage<Void> register(
      IncarnationId incarnation, String address, int lanes, long idCeiling) {
    return requests.write(
        Kind.REGISTRY,
        () ->
            register.bind(
                CLUSTER, blob(incarnation), address, lanes, idCeiling, timestamp(idCeiling)));
  }

  private static ByteBuffer blob(IncarnationId incarnation) {
    return ByteBuffer.wrap(incarnation.bytes());
  }

  private static long timestamp(long risingValue) {
    return Math.clamp(risingValue, 0, RECOVERED - 2);
  }

  @Override
  public CompletionStage<Optional<Registration>> read(IncarnationId incarnation) {
    return requests.call(Kind.REGISTRY, () -> row(incarnation));
  }

  private CompletionStage<Optional<Registration>> row(IncarnationId incarnation) {
    List<Registration> found = new ArrayList<>(1);
    return requests
        .scan(read.bind(CLUSTER, blob(incarnation)), row -> addRegistered(row, found))
        .thenApply(all -> found.stream().findFirst());
  }

  @Override
  public CompletionStage<List<Registration>> list() {
    return requests.call(
        Kind.REGISTRY,
        () -> {
          List<Registration> found = new ArrayList<>();
          return requests
              .scan(list.bind(CLUSTER), row -> addRegistered(row, found))
              .thenApply(all -> List.copyOf(found));
        });
  }

  /** Always wants more. */
  private static boolean addRegistered(Row row, List<Registration> found) {
    String address = row.getString("address");
    if (address != null) {
      found.add(
          new Registration(
              Blobs.id(row, "incarnation", IncarnationId::of),
              address,
              row.getInt("lanes"),
              Map.copyOf(checkpoints(row)),
              row.getLong("id_ceiling"),
              row.getLong("released"),
              row.getBoolean("sealed"),
              row.getBoolean("recovered")));
    }
    return true;
  }

  private static Map<Integer, Long> checkpoints(Row row) {
    Map<Integer, Long> checkpoints = row.getMap("checkpoints", Integer.class, Long.class);
    return checkpoints == null ? Map.of() : checkpoints;
  }

  @Override
  public CompletionStage<Void> raiseCeiling(IncarnationId incarnation, long idCeiling) {
    return requests.write(
        Kind.REGISTRY,
        () -> raise.bind(timestamp(idCeiling), idCeiling, CLUSTER, blob(incarnation)));
  }

  @Override
  public CompletionStage<Void> checkpoint(
      IncarnationId incarnation, Map<Integer, Long> checkpoints) {
    return requests.write(
        Kind.REGISTRY,
        () -> {
          BatchStatementBuilder batch = Statements.batch();
          checkpoints.forEach(
              (lane, seq) ->
                  batch.addStatement(
                      checkpoint.bind(timestamp(seq), lane, seq, CLUSTER, blob(incarnation))));
          return batch.build();
        });
  }

  @Override
  public CompletionStage<Void> release(IncarnationId incarnation, long view) {
    return requests.write(
        Kind.REGISTRY, () -> release.bind(timestamp(view), view, CLUSTER, blob(incarnation)));
  }

  @Override
  public CompletionStage<Void> beat(IncarnationId incarnation, long number) {
    return requests.write(
        Kind.REGISTRY, () -> beat.bind(timestamp(number), number, CLUSTER, blob(incarnation)));
  }

  @Override
  public CompletionStage<Map<IncarnationId, Long>> beats() {
    return requests.call(
        Kind.REGISTRY,
        () -> {
          Map<IncarnationId, Long> found = new HashMap<>();
          return requests
              .scan(
                  beats.bind(CLUSTER),
                  row -> {
                    found.put(Blobs.id(row, "incarnation", IncarnationId::of), row.getLong("beat"));
                    return true;
                  })
              .thenApply(all -> Map.copyOf(found));
        });
  }

  @Override
  public CompletionStage<Void> seal(IncarnationId incarnation) {
    return requests.write(Kind.REGISTRY, () -> seal.bind(SEALED, CLUSTER, blob(incarnation)));
  }

  /**
   * A row expires only if all of it is written with a TTL: it is written over by itself. What a
   * sealed owner still writes, or wrote with another lane's checkpoint, is older.
   */
  @Override
  public CompletionStage<Void> markRecovered(IncarnationId incarnation) {
    return requests.call(
        Kind.REGISTRY,
        () ->
            row(incarnation)
                .thenCompose(
                    found ->
                        found.isEmpty()
                            ? CompletableFuture.completedStage(null)
                            : requests.send(recovered(found.get())).thenAccept(_ -> {})));
  }

  private BoundStatement recovered(Registration row) {
    return recovered.bind(
        CLUSTER,
        blob(row.incarnation()),
        row.address(),
        row.lanes(),
        row.idCeiling(),
        row.released(),
        row.checkpoints(),
        RECOVERED,
        row.released() == 0 ? IDLE_TTL_SECONDS : RECOVERED_TTL_SECONDS);
  }
}
