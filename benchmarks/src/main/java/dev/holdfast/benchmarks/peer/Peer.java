package dev.holdfast.benchmarks.peer;

import dev.holdfast.benchmarks.load.ProcessCpu;
import dev.holdfast.benchmarks.load.Target;

/** Server processes that can be measured. */
public interface Peer extends AutoCloseable {
  /** A new driver for that many lanes; the caller closes it. */
  Target target(int laneCount);

  /** The server processes, all of them. */
  ProcessCpu processes();

  /** Stops what this program has started; a cluster that was running stays. */
  @Override
  void close();
}
