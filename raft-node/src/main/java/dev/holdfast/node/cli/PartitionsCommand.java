package dev.holdfast.node.cli;

import dev.holdfast.node.config.ConfigException;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast partitions}, and {@code partitions list}: who holds which keys. */
@Command(
    name = "partitions",
    description =
        "Lists, splits, merges and steers partitions by hand; without a command it lists them.",
    synopsisSubcommandLabel = "[COMMAND]",
    mixinStandardHelpOptions = true)
final class PartitionsCommand implements Callable<Integer> {
  private static final Duration WATCH_PERIOD = Duration.ofSeconds(1);

  /** For one page of one node. */
  static final Duration PAGE_TIMEOUT = Duration.ofSeconds(5);

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private ClusterOptions cluster;

  @Option(names = "--json", description = "Print JSON: partitions, replicas, what is in progress.")
  private boolean json;

  @Option(names = "--watch", description = "Show it again every second, until Ctrl-C.")
  private boolean watch;

  private PartitionsCommand() {}

  /** The command with those below it. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new PartitionsCommand());
    CommandSpec list = CommandSpec.forAnnotatedObject(new PartitionsCommand()).name("list");
    list.usageMessage()
        .description(
            "Lists the partitions: keys, leader, replicas, lag, rates, and why none is split.");
    line.addSubcommand("list", list);
    line.addSubcommand(new SplitCommand());
    line.addSubcommand(new MergeCommand());
    line.addSubcommand(new TransferCommand());
    line.addSubcommand(new MoveCommand());
    return line;
  }

  @Override
  public Integer call() throws CommandFailure, ConfigException, IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    boolean terminal = Progress.terminal();
    try (ClusterLink link = ClusterLink.open(cluster, new AdminPages(PAGE_TIMEOUT))) {
      while (true) {
        String shown = page(link);
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

  private String page(ClusterLink link) throws CommandFailure, IOException, InterruptedException {
    ClusterView view = link.view(Level.EVENTUAL);
    PartitionsPage page =
        new PartitionsPage(view, new KeyWords(link.tables(Level.EVENTUAL)), link.plan(view));
    return json ? page.json() : page.text();
  }
}
