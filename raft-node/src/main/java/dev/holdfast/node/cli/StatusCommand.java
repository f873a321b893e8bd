package dev.holdfast.node.cli;

import dev.holdfast.node.config.ConfigException;
import dev.holdfast.node.config.HostPort;
import dev.holdfast.protocol.model.ClusterMap;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast status}: what the nodes say of themselves and their replicas. */
@Command(
    name = "status",
    description = "Shows nodes, partitions, leaders and lag.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  static final String PATH = "/status";
  private static final Duration WATCH_PERIOD = Duration.ofSeconds(1);

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private DataOption data;

  @Option(
      names = "--endpoint",
      paramLabel = "HOST:PORT",
      description = "Any node's DynamoDB or admin endpoint, instead of --data.")
  private @Nullable String endpoint;

  @Option(names = "--json", description = "Print JSON: nodes, partitions, replicas.")
  private boolean json;

  @Option(names = "--watch", description = "Show it again every second, until Ctrl-C.")
  private boolean watch;

  private final AdminPages admin = new AdminPages(Duration.ofSeconds(5));

  @Override
  public Integer call() throws CommandFailure, ConfigException, IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    boolean terminal = Progress.terminal();
    while (true) {
      String body = fetch();
      String shown = json ? body : StatusTable.render(JsonTree.parse(body));
      out.print(watch && terminal ? "\u001b[H\u001b[2J" + shown : shown);
      out.println();
      out.flush();
      if (!watch) {
        return 0;
      }
      Thread.sleep(WATCH_PERIOD.toMillis());
    }
  }

  private String fetch() throws CommandFailure, ConfigException, IOException, InterruptedException {
    for (String address : addresses()) {
      Optional<AdminPages.Page> page = admin.get(address, PATH);
      if (page.isPresent() && page.get().status() == 200) {
        return page.get().body();
      }
    }
    throw new CommandFailure(
        endpoint != null
            ? "no Holdfast node answers at " + endpoint + "; give the HOST:PORT that 'up' printed"
            : "no node of the cluster in "
                + data.directory().root()
                + " answers; start it with './holdfast up --data "
                + data.directory().root()
                + "'");
  }

  private List<String> addresses() throws CommandFailure, ConfigException, IOException {
    if (endpoint == null) {
      return data.directory().config().nodes().stream().map(ClusterMap.Node::adminAddress).toList();
    }
    List<String> addresses = new ArrayList<>();
    try {
      addresses.add(HostPort.parse(endpoint.replaceFirst("^https?://", "")).toString());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure("--endpoint: " + e.getMessage());
    }
    return addresses;
  }
}
