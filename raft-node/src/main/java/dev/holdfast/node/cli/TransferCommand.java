package dev.holdfast.node.cli;

import dev.holdfast.node.config.ConfigException;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast partitions transfer}: has another replica lead a partition. */
@Command(
    name = "transfer",
    description = "Has another node lead a partition; 'meta' is one.",
    mixinStandardHelpOptions = true)
final class TransferCommand implements Callable<Integer> {
  private static final long TRANSFER_MILLIS = 5_000;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private ClusterOptions cluster;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private PartitionOption partition;

  @Option(
      names = "--to",
      paramLabel = "NODE",
      required = true,
      description = "The node that is to lead it.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String to;

  @Override
  public Integer call() throws CommandFailure, ConfigException, IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PartitionId id = partition.id();
    AdminPages admin = new AdminPages(PartitionsCommand.PAGE_TIMEOUT);
    try (ClusterLink link = ClusterLink.open(cluster, admin)) {
      ClusterView view = link.view(Level.EVENTUAL); // the meta group itself may be passed on
      NodeId successor = member(view, id);
      if (view.leader(id).filter(successor::equals).isPresent()) {
        out.println(id + " is led by " + successor + " already");
      } else {
        link.askLeader(view, id, new NodeRequest.TransferLeader(id, successor, TRANSFER_MILLIS));
        out.println(id + " is led by " + successor + " now");
      }
    }
    out.flush();
    return 0;
  }

  private NodeId member(ClusterView view, PartitionId id) throws CommandFailure {
    List<NodeId> members = view.members(id);
    return members.stream()
        .filter(node -> node.name().equals(to))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandFailure(
                    "--to: "
                        + to
                        + " has no replica of "
                        + id
                        + "; "
                        + ClusterView.names(members)
                        + " have"));
  }
}
