package io.breakwater.loadtest.chaos.phones;

import io.breakwater.client.core.Changes;
import io.breakwater.client.core.DeviceState;
import io.breakwater.client.core.ReceivedMessage;
import io.breakwater.client.store.DeviceStore;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store whose process can be killed: from that moment on nothing is written and nothing counts as
 * handed over, and the thread that wants to ends there, whatever it was about to do, as it would
 * have. What is under it stays as it was, for the next run.
 *
 * <p>What was handed over is noted late, as stores may: with the next that is, or when the store is
 * closed. So who was killed is handed again what it had last.
 */
final class KillableStore implements DeviceStore {
  private final DeviceStore store;
  private final ReentrantLock lock;
  private final Consumer<Changes> written;

  /** Guarded by the lock. */
  private boolean killed;

  /** The last entry that was handed over, if that is not noted yet. Guarded by the lock. */
  private @Nullable Long handed;

  /**
   * @param lock held while the store is written
   * @param written hears of changes when they are durable, under the lock
   */
  KillableStore(DeviceStore store, ReentrantLock lock, Consumer<Changes> written) {
    this.store = store;
    this.lock = lock;
    this.written = written;
  }

  /** What ends a thread of a process that was killed. No exception: nobody is to handle it. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;

    private Killed() {
      super("killed", null, false, false);
    }
  }

  /** Once this returns, nothing is written any more. */
  void kill() {
    lock.lock();
    try {
      killed = true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public DeviceState load() {
    return store.load();
  }

  @Override
  public void write(Changes changes) throws IOException {
    lock.lock();
    try {
      endIfKilled();
      store.write(changes);
      written.accept(changes);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<ReceivedMessage> notHanded() {
    return store.notHanded();
  }

  @Override
  public void handed(long entryId) throws IOException {
    lock.lock();
    try {
      endIfKilled();
      noteHanded();
      handed = entryId;
    } finally {
      lock.unlock();
    }
  }

  private void noteHanded() throws IOException {
    if (handed != null) {
      store.handed(handed);
    }
  }

  private void endIfKilled() {
    if (killed) {
      Thread.currentThread().setUncaughtExceptionHandler((thread, killed) -> {});
      throw new Killed();
    }
  }

  /** After the client. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try (store) {
      if (!killed) {
        noteHanded();
      }
    } finally {
      lock.unlock();
    }
  }
}
