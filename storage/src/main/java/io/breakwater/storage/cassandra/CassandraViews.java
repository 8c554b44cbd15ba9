package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.type.reflect.GenericType;
import io.breakwater.common.id.IncarnationId;
import io.breakwater.storage.StorageException;
import io.breakwater.storage.ViewStore;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** The view row: conditional writes and serial reads only. */
final class CassandraViews implements ViewStore {
  private static final String CLUSTER = "main";
  private static final String SELECT =
      "SELECT number, members, earlier, id_floor FROM cluster_view WHERE cluster = ?";
  private static final GenericType<Map<Long, List<ByteBuffer>>> EARLIER =
      GenericType.mapOf(GenericType.LONG, GenericType.listOf(GenericType.BYTE_BUFFER));

  private final Requests requests;
  private final PreparedStatement read;
  private final PreparedStatement peek;
  private final PreparedStatement first;
  private final PreparedStatement next;

  CassandraViews(Requests requests, Statements statements) {
    this.requests = requests;
    read = statements.serialRead(SELECT);
    peek = statements.read(SELECT);
    first =
        statements.conditional(
            "INSERT INTO cluster_view (number, members, earlier, id_floor, cluster)"
                + " VALUES (?, ?, ?, ?, ?)"
                + " IF NOT EXISTS");
    next =
        statements.conditional(
            "UPDATE cluster_view SET number = ?, members = ?, earlier = ?, id_floor = ?"
                + " WHERE cluster = ? IF number = ?");
  }

  @Override
  public CompletionStage<Optional<View>> read() {
    return requests.call(Kind.CONDITIONAL, this::current);
  }

  @Override
  public CompletionStage<Optional<View>> peek() {
    return requests.call(Kind.REGISTRY, () -> ask(peek));
  }

  private CompletionStage<Optional<View>> current() {
    return ask(read);
  }

  private CompletionStage<Optional<View>> ask(PreparedStatement query) {
    return requests
        .send(query.bind(CLUSTER))
        .thenApply(answer -> Optional.ofNullable(answer.one()).map(CassandraViews::view));
  }

  private static View view(Row row) {
    List<ByteBuffer> members = row.getList("members", ByteBuffer.class);
    if (members == null) {
      throw new StorageException.Broken("view: no members (expected: a list)", null);
    }
    return new View(
        row.getLong("number"), incarnations(members), earlier(row), row.getLong("id_floor"));
  }

  private static List<Earlier> earlier(Row row) {
    Map<Long, List<ByteBuffer>> earlier = row.get("earlier", EARLIER);
    return earlier == null
        ? List.of()
        : earlier.entrySet().stream()
            .map(view -> new Earlier(view.getKey(), incarnations(view.getValue())))
            .sorted(Comparator.comparingLong(Earlier::number))
            .toList();
  }

  private static List<IncarnationId> incarnations(List<ByteBuffer> members) {
    return members.stream().map(IncarnationId::of).toList();
  }

  private static List<ByteBuffer> blobs(List<IncarnationId> members) {
    return members.stream().map(member -> ByteBuffer.wrap(member.bytes())).toList();
  }

  @Override
  public CompletionStage<Change> change(View next) {
    return requests.call(
        Kind.CONDITIONAL,
        () -> Attempt.of(requests, write(next)).thenCompose(attempt -> resolve(next, attempt)));
  }

  private BoundStatement write(View view) {
    List<ByteBuffer> members = blobs(view.members());
    Map<Long, List<ByteBuffer>> earlier =
        view.earlier().stream()
            .collect(Collectors.toMap(Earlier::number, list -> blobs(list.members())));
    return view.number() == 1
        ? first.bind(view.number(), members, earlier, view.idFloor(), CLUSTER)
        : next.bind(view.number(), members, earlier, view.idFloor(), CLUSTER, view.number() - 1);
  }

  private CompletionStage<Change> resolve(View wanted, Attempt attempt) {
    return attempt == Attempt.APPLIED
        ? CompletableFuture.completedStage(new Change.Decided(wanted))
        : current().thenApply(found -> compare(wanted, attempt, found));
  }

  private static Change compare(View wanted, Attempt attempt, Optional<View> found) {
    if (found.equals(Optional.of(wanted))) {
      return new Change.Decided(wanted);
    }
    String what = "view " + wanted.number() + ": not decided, the current one is " + found;
    if (attempt == Attempt.UNKNOWN && number(found) < wanted.number()) {
      // It may still be on its way to Cassandra.
      throw new StorageException.UnknownOutcome(what, null);
    }
    return found
        .map(Change.Superseded::new)
        .orElseThrow(() -> new StorageException.Broken(what, null));
  }

  private static long number(Optional<View> view) {
    return view.map(View::number).orElse(0L);
  }
}
