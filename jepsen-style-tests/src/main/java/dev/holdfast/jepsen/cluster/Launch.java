package dev.holdfast.jepsen.cluster;

import java.util.List;

/**
 * How the nodes of a cluster are started, beyond what all are.
 *
 * @param javaOptions of each node's process
 * @param configuration lines of the cluster's file
 */
public record Launch(List<String> javaOptions, List<String> configuration) {
  /** Nothing but what all have. */
  public static final Launch PLAIN = new Launch(List.of(), List.of());

  public Launch {
    javaOptions = List.copyOf(javaOptions);
    configuration = List.copyOf(configuration);
  }
}
