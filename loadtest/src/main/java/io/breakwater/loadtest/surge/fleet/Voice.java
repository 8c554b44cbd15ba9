package io.breakwater.loadtest.surge.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Says what happens, a line of JSON each, on a thread of its own: a reader who does not read stalls
 * nobody. When {@value #CAPACITY} lines wait, the oldest of them is not said.
 */
final class Voice implements AutoCloseable {
  private static final int CAPACITY = 100;
  private static final long CLOSE_S = 5;

  private final JsonMapper json = new JsonMapper();
  private final PrintStream out;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(CAPACITY),
          Thread.ofPlatform().name("voice").daemon().factory(),
          new ThreadPoolExecutor.DiscardOldestPolicy());

  Voice(PrintStream out) {
    this.out = out;
  }

  /** An event to be completed and said. */
  ObjectNode event(String name) {
    return json.createObjectNode().put("event", name);
  }

  /** Adds all that a record has. */
  void add(ObjectNode event, Record figures) {
    ObjectNode tree = json.valueToTree(figures);
    event.setAll(tree);
  }

  void say(ObjectNode event) {
    String line;
    try {
      line = json.writeValueAsString(event);
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree can be written", e);
    }
    thread.execute(
        () -> {
          out.println(line);
          out.flush();
        });
  }

  /** Says what is left. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      var _ = thread.awaitTermination(CLOSE_S, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
