package io.breakwater.loadtest.surge.quota;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Processes that may use so many processors together, whatever the rest of the machine does. Any
 * thread.
 */
public interface CpuGroup extends AutoCloseable {
  /** How long a period is: a group that has used its share stands still until the next one. */
  int PERIOD_MICROS = 20_000;

  /** Below this a process gets less than a millisecond at a time. */
  double LEAST_CORES = 0.05;

  /**
   * Lets them use so many from now on.
   *
   * @param cores at least {@link #LEAST_CORES}
   * @throws IOException if the kernel does not take it
   */
  void allow(double cores) throws IOException;

  /**
   * Lets them use all that there is from now on; they stay in the group.
   *
   * @throws IOException if the kernel does not take it
   */
  void lift() throws IOException;

  /**
   * Whether nobody is in it, or it is gone.
   *
   * @throws IOException if it cannot be read
   */
  boolean isEmpty() throws IOException;

  /**
   * Puts a process into the group, with the children that it makes from now on. Its threads are
   * moved with it.
   *
   * @throws IOException if it is gone, or the kernel does not take it
   */
  void add(long pid) throws IOException;

  /**
   * How often a period ended with the share used up, and processes that wanted more; and for how
   * long that was.
   *
   * @throws IOException if it cannot be read
   */
  Throttled throttled() throws IOException;

  /** Where it is, for people. */
  Path directory();

  /**
   * Removes the group; processes that are still in it are put where this process is, which version
   * 2 refuses: better when it is empty.
   *
   * @throws IOException if it cannot be removed
   */
  @Override
  void close() throws IOException;

  /**
   * What a group had to wait.
   *
   * @param periods that began with somebody who wanted to run
   * @param times that the share was used up
   * @param nanos that its threads stood still for that, all of them together
   */
  record Throttled(long periods, long times, long nanos) {
    /** Checks what a share costs: from 0, never; to 1, in every period. */
    public double share() {
      return periods == 0 ? 0 : (double) times / periods;
    }
  }
}
