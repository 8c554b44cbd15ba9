package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import com.datastax.oss.driver.api.core.loadbalancing.NodeDistance;
import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.NodeState;
import io.breakwater.storage.StorageException;
import io.breakwater.storage.cassandra.DurabilitySetting.Sync;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks every near node for its {@code commitlog_sync}: {@code system_views} is about the node
 * asked.
 */
final class Durability {
  private static final String SYNC = "commitlog_sync";
  private static final Pattern DURATION = Pattern.compile("([0-9]+)(ms|s|m|h|d)");

  private Durability() {}

  /** The weakest setting; within a call. */
  static CompletionStage<DurabilitySetting> read(CqlSession session, Requests requests) {
    List<CompletableFuture<DurabilitySetting>> answers = new ArrayList<>();
    for (Node node : session.getMetadata().getNodes().values()) {
      if (node.getState() == NodeState.UP && node.getDistance() == NodeDistance.LOCAL) {
        answers.add(ask(node, requests).toCompletableFuture());
      }
    }
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(
            all ->
                answers.stream()
                    .map(CompletableFuture::join)
                    .max(Comparator.comparing(DurabilitySetting::lossWindow))
                    .orElseThrow(
                        () -> new StorageException.Unavailable("Cassandra: no node is up", null)));
  }

  private static CompletionStage<DurabilitySetting> ask(Node node, Requests requests) {
    Map<String, String> settings = new HashMap<>();
    return requests
        .scan(
            SimpleStatement.newInstance("SELECT name, value FROM system_views.settings")
                .setConsistencyLevel(ConsistencyLevel.LOCAL_QUORUM)
                .setSerialConsistencyLevel(ConsistencyLevel.LOCAL_SERIAL)
                .setPageSize(5000)
                .setNode(node),
            row -> {
              String value = row.getString("value");
              if (value != null) {
                settings.put(String.valueOf(row.getString("name")), value);
              }
              return true;
            })
        .thenApply(all -> parse(settings));
  }

  static DurabilitySetting parse(Map<String, String> settings) {
    String value = settings.getOrDefault(SYNC, "absent").toLowerCase(Locale.ROOT);
    return switch (value) {
      case "batch" -> new DurabilitySetting(Sync.BATCH, Duration.ZERO);
      case "group" ->
          new DurabilitySetting(Sync.GROUP, duration(settings, "commitlog_sync_group_window"));
      case "periodic" ->
          new DurabilitySetting(Sync.PERIODIC, duration(settings, "commitlog_sync_period"));
      default ->
          throw new StorageException.Broken(
              SYNC + ": " + value + " (expected: batch, group or periodic)", null);
    };
  }

  private static Duration duration(Map<String, String> settings, String name) {
    String value = settings.getOrDefault(name, "absent");
    Matcher matcher = DURATION.matcher(value);
    if (!matcher.matches()) {
      throw new StorageException.Broken(name + ": " + value + " (expected: like 2ms)", null);
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }
}
