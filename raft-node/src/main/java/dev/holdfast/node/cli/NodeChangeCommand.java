package dev.holdfast.node.cli;

import dev.holdfast.node.config.ConfigException;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.ClusterMap.Standing;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast nodes decommission}, {@code recommission} and {@code remove}. */
@Command(mixinStandardHelpOptions = true)
final class NodeChangeCommand implements Callable<Integer> {
  private final NodeChange change;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin
  @SuppressWarnings("NullAway.Init") // set by picocli
  private ClusterOptions cluster;

  @Parameters(paramLabel = "NODE", description = "The node, as './holdfast nodes' names it.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String node;

  @Option(names = "--dry-run", description = "Say what would be done and change nothing.")
  private boolean dryRun;

  NodeChangeCommand(NodeChange change) {
    this.change = change;
  }

  CommandLine commandLine() {
    CommandLine line = new CommandLine(this);
    line.setCommandName(change.name().toLowerCase(Locale.ROOT));
    line.getCommandSpec().usageMessage().description(change.purpose());
    return line;
  }

  @Override
  public Integer call() throws CommandFailure, ConfigException, IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    NodeId id = NodesCommand.parseNode("NODE", node);
    AdminPages admin = new AdminPages(PartitionsCommand.PAGE_TIMEOUT);
    try (ClusterLink link = ClusterLink.open(cluster, admin)) {
      Membership membership = link.membership(Level.STRONG);
      ClusterView view = link.view(Level.STRONG);
      ClusterMap.Node known = known(view, id);
      if (dryRun) {
        out.print(plan(view, membership, known));
      } else {
        link.change(change.of(id));
        out.println(id + " " + change.done());
      }
    }
    out.flush();
    return 0;
  }

  private static ClusterMap.Node known(ClusterView view, NodeId id) throws CommandFailure {
    Optional<ClusterMap.Node> found = view.map().node(id);
    if (found.isPresent()) {
      return found.get();
    }
    List<NodeId> names = view.map().nodes().stream().map(ClusterMap.Node::id).toList();
    throw new CommandFailure("there is no node " + id + "; there are " + ClusterView.names(names));
  }

  private String plan(ClusterView view, Membership membership, ClusterMap.Node known) {
    List<PartitionId> held =
        Stream.concat(Stream.of(membership.meta()), view.map().partitions().stream())
            .filter(partition -> partition.replicas().contains(known.id()))
            .map(ClusterMap.Partition::id)
            .toList();
    long active =
        view.map().nodes().stream()
            .filter(each -> each.standing() == Standing.ACTIVE && !each.id().equals(known.id()))
            .count();
    String holds =
        held.isEmpty()
            ? "nothing"
            : held.stream().map(PartitionId::toString).collect(Collectors.joining(", "));
    return change.name().toLowerCase(Locale.ROOT)
        + " "
        + known.id()
        + ": it is "
        + known.standing().name().toLowerCase(Locale.ROOT)
        + " and holds "
        + holds
        + "; "
        + active
        + " other active nodes, "
        + membership.replicaCount()
        + " replicas of each partition\nnothing was changed\n";
  }
}
