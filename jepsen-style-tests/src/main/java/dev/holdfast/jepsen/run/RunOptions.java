package dev.holdfast.jepsen.run;

import dev.holdfast.jepsen.cluster.Build;
import dev.holdfast.jepsen.nemesis.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one run is made of. All that is random in it comes from the seed, but for the interleaving
 * of processes.
 *
 * @param faults done again and again in a random order, each at least once; none for a calm run
 * @param length how long clients go on
 * @param directory where everything is written that the run leaves behind
 * @param otherBuild of the server, for the faults that need one
 */
public record RunOptions(
    Experiment<?> experiment,
    Api api,
    List<Fault.Kind> faults,
    Duration length,
    long seed,
    int nodeCount,
    int partitionCount,
    int clientCount,
    Path directory,
    @Nullable Build otherBuild) {
  /** Through what clients come. */
  public enum Api {
    NATIVE,
    HTTP,
    /** Half of them through the one, half through the other. */
    BOTH
  }

  public RunOptions {
    faults = List.copyOf(faults);
  }

  /** Whether nodes must go by clocks that can be steered. */
  boolean needsClocks() {
    return faults.stream().anyMatch(Fault.Kind::isOfClocks);
  }

  /** Whether nodes must be such that flushes of their logs can be held. */
  boolean needsFlushes() {
    return faults.stream().anyMatch(Fault.Kind::isOfFlushes);
  }

  /** With one build only. */
  public RunOptions(
      Experiment<?> experiment,
      Api api,
      List<Fault.Kind> faults,
      Duration length,
      long seed,
      int nodeCount,
      int partitionCount,
      int clientCount,
      Path directory) {
    this(
        experiment,
        api,
        faults,
        length,
        seed,
        nodeCount,
        partitionCount,
        clientCount,
        directory,
        null);
  }

  /** What the faults need in the nodes' configuration. */
  String[] nodeOptions() {
    return faults.stream()
        .flatMap(kind -> kind.nodeOptions().stream())
        .distinct()
        .toArray(String[]::new);
  }

  /** Whether nodes must have disks that can be broken. */
  boolean needsDisks() {
    return faults.stream().anyMatch(Fault.Kind::isOfTheDisk);
  }

  /** Whether links between nodes must be such that they can be broken. */
  boolean needsNetwork() {
    return faults.stream().anyMatch(Fault.Kind::needsNetwork);
  }
}
