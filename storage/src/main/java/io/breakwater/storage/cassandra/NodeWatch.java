package io.breakwater.storage.cassandra;

import com.datastax.oss.driver.api.core.metadata.Node;
import com.datastax.oss.driver.api.core.metadata.NodeStateListenerBase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once when a node of Cassandra goes that was there, and once when it is back. The driver
 * calls it on its admin thread, to which it is confined.
 */
final class NodeWatch extends NodeStateListenerBase {
  private static final Logger log = LoggerFactory.getLogger(NodeWatch.class);

  /** One each per node of Cassandra at most. */
  private final Set<String> here = new HashSet<>();

  /** When each node that is away went, {@link System#nanoTime}. */
  private final Map<String, Long> away = new HashMap<>();

  @Override
  public void onDown(Node node) {
    if (here.remove(name(node))) {
      away.put(name(node), System.nanoTime());
      log.warn("Cassandra: {} is away; trying again until it is back", name(node));
    }
  }

  @Override
  public void onUp(Node node) {
    here.add(name(node));
    Long since = away.remove(name(node));
    if (since != null) {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
      log.warn("Cassandra: {} is back after {} s", name(node), seconds);
    }
  }

  @Override
  public void onRemove(Node node) {
    here.remove(name(node));
    away.remove(name(node));
    log.info("Cassandra: {} has left the cluster", name(node));
  }

  @Override
  public void close() {}

  private static String name(Node node) {
    return node.getEndPoint().toString().replace("/<unresolved>", "");
  }
}
