package dev.holdfast.node.cli;

import dev.holdfast.node.config.ClusterConfig;
import dev.holdfast.node.config.ConfigException;
import dev.holdfast.protocol.model.ClusterMap;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast down}: stops the nodes that {@code up} started. */
@Command(
    name = "down",
    description = "Stops the nodes of a local cluster cleanly; their data stay.",
    mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private DataOption data;

  @Override
  public Integer call() throws CommandFailure, ConfigException, IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    ClusterDirectory directory = data.directory();
    SortedMap<String, ProcessHandle> running = running(directory, directory.config());
    if (running.isEmpty()) {
      out.println("no node of " + directory.root() + " is running");
    } else {
      Stopping.stop(running, out);
      out.println("stopped " + String.join(", ", running.keySet()));
    }
    out.flush();
    return 0;
  }

  static SortedMap<String, ProcessHandle> running(ClusterDirectory directory, ClusterConfig config)
      throws IOException {
    SortedMap<String, ProcessHandle> running = new TreeMap<>();
    for (ClusterMap.Node node : config.nodes()) {
      Optional<ProcessHandle> process = directory.process(node.id());
      process.ifPresent(handle -> running.put(node.id().name(), handle));
    }
    return running;
  }
}
