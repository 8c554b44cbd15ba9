package io.breakwater.loadtest.chaos.phones;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What went wrong and no fact can say: of servers (an answer about nobody), or of this process (a
 * file that cannot be opened). The first {@value #MAX_NAMED} are kept, all are counted. Any thread.
 */
public final class Troubles {
  private static final int MAX_NAMED = 50;

  private final AtomicInteger count = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> named = new ConcurrentLinkedQueue<>();

  Troubles() {}

  /** There is one more; the text is for people. */
  public void add(String text) {
    if (count.incrementAndGet() <= MAX_NAMED) {
      named.add(text);
    }
  }

  /** All that are kept; a last line says how many are not. */
  public List<String> texts() {
    List<String> texts = new ArrayList<>(named);
    int more = count.get() - texts.size();
    if (more > 0) {
      texts.add("... and %d more".formatted(more));
    }
    return texts;
  }
}
