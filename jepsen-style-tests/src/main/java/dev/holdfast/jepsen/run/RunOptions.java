package dev.holdfast.jepsen.run;

import dev.holdfast.jepsen.cluster.Build;
import dev.holdfast.jepsen.nemesis.Fault;
import dev.holdfast.jepsen.network.NamespaceNetwork;
import dev.holdfast.jepsen.network.Network;
import dev.holdfast.jepsen.network.ProxyNetwork;
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
 * @param links what is between the nodes
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
    @Nullable Build otherBuild,
    Links links) {
  /** How links between nodes are broken. */
  public enum Links {
    /** By proxies of ours, which are there when a fault needs them. */
    PROXIES,
    /** By network namespaces, one for each node: only cuts, of packets. */
    NAMESPACES
  }

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

  /** With one build only, and with proxies if need be. */
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
        null,
        Links.PROXIES);
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

  /**
   * A new one between the nodes; null where nobody breaks it.
   *
   * @throws IllegalStateException when this machine cannot have it
   */
  @Nullable Network network() {
    if (links == Links.NAMESPACES) {
      return new NamespaceNetwork(nodeCount);
    }
    return faults.stream().anyMatch(Fault.Kind::needsNetwork) ? new ProxyNetwork(seed) : null;
  }
}
