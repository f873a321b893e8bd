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
    description = "Lists, splits and steers partitions by hand; without a command it lists them.",
    synopsisSubcommandLabel = "[COMMAND]",
    mixinStandardHelpOptions = true)
final class PartitionsCommand implements Callable<Integer> {
  /** For one page of one node. */
  static final Duration PAGE_TIMEOUT = Duration.ofSeconds(5);

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private ClusterOptions cluster;

  @Option(names = "--json", description = "Print JSON: partitions, replicas, splits in progress.")
  private boolean json;

  private PartitionsCommand() {}

  /** The command with those below it. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new PartitionsCommand());
    CommandSpec list = CommandSpec.forAnnotatedObject(new PartitionsCommand()).name("list");
    list.usageMessage().description("Lists the partitions: keys, leader, replicas, lag, rates.");
    line.addSubcommand("list", list);
    line.addSubcommand(new SplitCommand());
    line.addSubcommand(new TransferCommand());
    line.addSubcommand(new MoveCommand());
    for (UnbuiltCommand unbuilt : UnbuiltCommand.ofPartitions()) {
      line.addSubcommand(unbuilt.name(), unbuilt.spec());
    }
    return line;
  }

  @Override
  public Integer call() throws CommandFailure, ConfigException, IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try (ClusterLink link = ClusterLink.open(cluster, new AdminPages(PAGE_TIMEOUT))) {
      ClusterView view = link.view(Level.EVENTUAL);
      out.println(json ? PartitionsPage.json(view) : PartitionsPage.table(view));
    }
    out.flush();
    return 0;
  }
}
