package dev.holdfast.node.cli;

import dev.holdfast.node.config.ClusterConfig;
import dev.holdfast.protocol.model.NodeId;

/** Runs one node inside this process. */
@FunctionalInterface
public interface NodeRunner {
  /**
   * Returns when the node has stopped.
   *
   * @throws CommandFailure when it cannot start; the message says what to do
   */
  void run(ClusterConfig config, NodeId id) throws CommandFailure, InterruptedException;
}
