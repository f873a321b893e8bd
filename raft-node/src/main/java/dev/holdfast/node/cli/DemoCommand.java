package dev.holdfast.node.cli;

import dev.holdfast.client.HoldfastClient;
import dev.holdfast.node.cli.demo.Demo;
import dev.holdfast.node.config.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast demo}: finds a running cluster and shows it at work. */
@Command(
    name = "demo",
    description = {
      "Loads real records into a running cluster, queries and updates them, reads at every level,",
      "and kills the leader meanwhile. Writes the table 'demo-media-types' and leaves it."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final Duration PAGE_TIMEOUT = Duration.ofSeconds(3);

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private ClusterOptions cluster;

  @Option(names = "--no-kill", description = "Leave every node alone, as with --endpoint.")
  private boolean spare;

  private final AdminPages admin = new AdminPages(PAGE_TIMEOUT);

  @Override
  public Integer call() throws CommandFailure, ConfigException, IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    HoldfastClient.Builder builder = HoldfastClient.builder().timeout(Duration.ofSeconds(20));
    JsonTree.parse(cluster.status(admin)).get("nodes").elements().stream()
        .map(node -> node.get("rpc").text())
        .forEach(builder::address);
    Optional<ClusterDirectory> broken = spare ? Optional.empty() : cluster.directory();
    try (HoldfastClient client = builder.build()) {
      new Demo(client, out, System.getProperty("holdfast.terminal") != null)
          .run(broken.isPresent() ? new LocalDemoNodes(broken.get(), admin) : null);
    } catch (CompletionException e) {
      throw new CommandFailure(
          "the demo could not go on: " + (e.getCause() == null ? e : e.getCause()));
    }
    return 0;
  }
}
