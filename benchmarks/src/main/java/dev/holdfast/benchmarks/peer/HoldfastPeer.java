package dev.holdfast.benchmarks.peer;

import dev.holdfast.benchmarks.load.ProcessCpu;
import dev.holdfast.benchmarks.load.Target;
import java.util.function.IntFunction;

/** A running cluster as one driver reaches it. */
public record HoldfastPeer(HoldfastCluster cluster, IntFunction<Target> targets) implements Peer {
  @Override
  public Target target(int laneCount) {
    return targets.apply(laneCount);
  }

  @Override
  public ProcessCpu processes() {
    return cluster.processes();
  }

  @Override
  public void close() {
    // the cluster was running before, and goes on
  }
}
