package io.breakwater.gateway.loop;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a tick of an event loop: what was written while the loop handled the events that were
 * ready is flushed once, after them. That is where batches come from. Confined to its event loop.
 */
public final class Tick {
  private static final Logger log = LoggerFactory.getLogger(Tick.class);

  private final EventLoop loop;
  private final Queue<Flushed> waiting = new ArrayDeque<>();

  public Tick(EventLoop loop) {
    this.loop = loop;
  }

  /** Something that gathers output during a tick. */
  public interface Flushed {
    /** Sends what was gathered. */
    void flush();
  }

  /** Flushes {@code gatherer} at the end of this tick; to be asked once per tick. */
  public void flushAtEnd(Flushed gatherer) {
    assert loop.inEventLoop();
    waiting.add(gatherer);
    if (waiting.size() == 1) {
      // Netty runs tasks after the events of all sockets that were ready.
      loop.execute(this::end);
    }
  }

  private void end() {
    // What flushing itself causes (a lost trunk answers its sends) joins this round.
    for (Flushed next = waiting.poll(); next != null; next = waiting.poll()) {
      try {
        next.flush();
      } catch (RuntimeException e) {
        // The others are still owed their flush.
        log.error("flush failed", e);
      }
    }
  }
}
