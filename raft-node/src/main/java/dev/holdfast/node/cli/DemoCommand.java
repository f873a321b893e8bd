package dev.holdfast.node.cli;

import dev.holdfast.client.HoldfastClient;
import dev.holdfast.node.cli.demo.Demo;
import dev.holdfast.node.config.ConfigException;
import dev.holdfast.protocol.model.ClusterMap;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
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
  private DataOption data;

  @Option(
      names = "--endpoint",
      paramLabel = "HOST:PORT",
      description = "Any node's DynamoDB or admin endpoint, instead of --data; kills nothing.")
  private @Nullable String endpoint;

  @Option(names = "--no-kill", description = "Leave every node alone.")
  private boolean spare;

  private final AdminPages admin = new AdminPages(PAGE_TIMEOUT);

  @Override
  public Integer call() throws CommandFailure, ConfigException, IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    List<String> addresses = endpoint == null ? localAddresses() : addressesFrom(endpoint);
    HoldfastClient.Builder builder = HoldfastClient.builder().timeout(Duration.ofSeconds(20));
    addresses.forEach(builder::address);
    try (HoldfastClient client = builder.build()) {
      boolean breaks = endpoint == null && !spare;
      new Demo(client, out, System.getProperty("holdfast.terminal") != null)
          .run(breaks ? new LocalDemoNodes(data.directory(), admin) : null);
    } catch (CompletionException e) {
      throw new CommandFailure(
          "the demo could not go on: " + (e.getCause() == null ? e : e.getCause()));
    }
    return 0;
  }

  private List<String> localAddresses() throws CommandFailure, ConfigException, IOException {
    ClusterDirectory directory = data.directory();
    List<ClusterMap.Node> nodes = directory.config().nodes();
    if (DownCommand.running(directory, directory.config()).isEmpty()) {
      throw new CommandFailure(
          "no node of "
              + directory.root()
              + " is running; start the cluster with './holdfast up --detach --data "
              + directory.root()
              + "'");
    }
    return nodes.stream().map(ClusterMap.Node::rpcAddress).toList();
  }

  private List<String> addressesFrom(String any)
      throws CommandFailure, IOException, InterruptedException {
    String address = any.replaceFirst("^https?://", "").replaceFirst("/$", "");
    Optional<AdminPages.Page> page = admin.get(address, StatusCommand.PATH);
    if (page.isEmpty() || page.get().status() != 200) {
      throw new CommandFailure(
          "no Holdfast node answers at " + any + "; give the HOST:PORT that 'up' printed");
    }
    return JsonTree.parse(page.get().body()).get("nodes").elements().stream()
        .map(node -> node.get("rpc").text())
        .toList();
  }
}
