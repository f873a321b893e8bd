package dev.holdfast.node;

import dev.holdfast.node.cli.CommandFailure;
import dev.holdfast.node.cli.HoldfastCommand;
import dev.holdfast.node.config.ClusterConfig;
import dev.holdfast.protocol.model.NodeId;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process: the command line, and a node inside it when the command is {@code node}. */
public final class Main {
  private static final String LOGBACK_FILE = "logback.configurationFile";

  private Main() {}

  public static void main(String[] arguments) {
    if (Arrays.asList(arguments).contains("node") && System.getProperty(LOGBACK_FILE) == null) {
      System.setProperty(LOGBACK_FILE, "logback-console.xml"); // before the first logger is made
    }
    System.exit(HoldfastCommand.commandLine(Main::runNode).execute(arguments));
  }

  /** Returns when the node has been stopped by a signal. */
  private static void runNode(ClusterConfig config, NodeId id)
      throws CommandFailure, InterruptedException {
    Logger log = LoggerFactory.getLogger(Main.class);
    Node node;
    try {
      node = Node.start(new NodeOptions(config, id), Faults.halting());
    } catch (IOException | RuntimeException e) {
      log.error("node={} cannot start: {}", id, e.getMessage(), e);
      throw new CommandFailure("node " + id + " cannot start: " + e.getMessage());
    }
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  log.info("node={} stopping", id);
                  node.close();
                  log.info("node={} stopped", id);
                  stopped.countDown();
                  // SIGTERM is how a node is stopped: exit code 0, not 143.
                  Runtime.getRuntime().halt(0);
                },
                "stop-node"));
    stopped.await();
  }
}
