package dev.holdfast.node.cli;

import dev.holdfast.node.config.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
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
  private static final Duration WATCH_PERIOD = Duration.ofSeconds(1);

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private ClusterOptions cluster;

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
      String body = cluster.status(admin);
      String shown = json ? body : StatusTable.render(JsonTree.parse(body));
      out.print(watch && terminal ? Progress.CLEAR + shown : shown);
      out.println();
      out.flush();
      if (!watch) {
        return 0;
      }
      Thread.sleep(WATCH_PERIOD.toMillis());
    }
  }
}
