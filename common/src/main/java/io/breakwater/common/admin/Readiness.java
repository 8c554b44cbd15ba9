package io.breakwater.common.admin;

import java.util.concurrent.atomic.AtomicReference;

/** Whether this process should be sent traffic, and if not, why. Any thread. */
public final class Readiness {
  private static final String READY = "ready";

  private final AtomicReference<String> state = new AtomicReference<>("starting");

  /** From now on the process is ready. */
  public void ready() {
    state.set(READY);
  }

  /** From now on the process is not ready; {@code why} is shown to whoever asks. */
  public void notReady(String why) {
    state.set(why);
  }

  /** Whether the process is ready. */
  public boolean isReady() {
    return state.get().equals(READY);
  }

  @Override
  public String toString() {
    return state.get();
  }
}
