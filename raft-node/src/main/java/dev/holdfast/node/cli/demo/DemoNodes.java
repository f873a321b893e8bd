package dev.holdfast.node.cli.demo;

import java.io.IOException;
import java.util.Optional;

/** The nodes that a demo may break. */
public interface DemoNodes {
  /** The node that leads the first data partition, as the cluster says; empty: unknown now. */
  Optional<String> leader() throws InterruptedException;

  /** Ends the node's process with SIGKILL; false when it does not run on this machine. */
  boolean kill(String node) throws IOException;

  /** Starts the process that was killed. */
  void start(String node) throws IOException;

  /** Whether the node says that it serves. */
  boolean ready(String node) throws InterruptedException;
}
