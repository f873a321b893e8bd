package dev.holdfast.node.cli;

import dev.holdfast.node.config.ConfigException;
import dev.holdfast.protocol.command.MembershipChange;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code holdfast partitions move}: gives a replica to another node and waits until it is there.
 */
@Command(
    name = "move",
    description = {
      "Moves a replica of a partition to another node: that one is filled and gets a vote,",
      "then the other one goes and deletes what it had. No request fails. 'meta' is a partition.",
      "What was begun goes on when this command is stopped."
    },
    mixinStandardHelpOptions = true)
final class MoveCommand implements Callable<Integer> {
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
      names = "--from",
      paramLabel = "NODE",
      required = true,
      description = "The node that has a replica and is to have none.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String from;

  @Option(
      names = "--to",
      paramLabel = "NODE",
      required = true,
      description = "The node that is to have one.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String to;

  @Option(names = "--dry-run", description = "Say what would be done and change nothing.")
  private boolean dryRun;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "How long to wait until it is done (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  @Override
  public Integer call() throws CommandFailure, ConfigException, IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PartitionId id = partition.id();
    NodeId leaving = NodesCommand.parseNode("--from", from);
    NodeId joining = NodesCommand.parseNode("--to", to);
    AdminPages admin = new AdminPages(PartitionsCommand.PAGE_TIMEOUT);
    try (ClusterLink link = ClusterLink.open(cluster, admin)) {
      Membership membership = link.membership(Level.STRONG);
      ClusterView view = link.view(Level.STRONG);
      ClusterMap.Partition before = id.isMeta() ? membership.meta() : view.partition(id);
      requirePossible(view, membership, before, leaving, joining);
      if (dryRun) {
        out.println(
            id
                + " (epoch "
                + before.epoch()
                + ") would move from "
                + leaving
                + " to "
                + joining
                + ": its replicas are on "
                + ClusterView.names(before.replicas())
                + " now; nothing was changed");
      } else {
        Result begun =
            link.change(new MembershipChange.BeginMove(id, before.epoch(), joining, leaving));
        out.println("moving " + id + " from " + leaving + " to " + joining);
        out.flush();
        await(link, ((Result.MoveBegun) begun).operation(), out);
        out.println(id + " is on " + ClusterView.names(members(link, id)) + " now");
      }
    }
    out.flush();
    return 0;
  }

  private static void requirePossible(
      ClusterView view,
      Membership membership,
      ClusterMap.Partition before,
      NodeId leaving,
      NodeId joining)
      throws CommandFailure {
    Optional<MoveOperation> move = membership.moveOf(before.id());
    if (move.isPresent()) {
      throw new CommandFailure(
          "the members of "
              + before.id()
              + " are being changed already; './holdfast nodes' shows how far it is");
    }
    if (!before.replicas().contains(leaving)) {
      throw new CommandFailure(
          "--from: "
              + leaving
              + " has no replica of "
              + before.id()
              + "; "
              + ClusterView.names(before.replicas())
              + " have");
    }
    Optional<ClusterMap.Node> node = view.map().node(joining);
    if (node.isEmpty()) {
      throw new CommandFailure(
          "--to: there is no node " + joining + "; './holdfast nodes' lists those there are");
    }
    if (before.replicas().contains(joining)) {
      throw new CommandFailure(
          "--to: " + joining + " has a replica of " + before.id() + " already");
    }
    if (!view.answers().containsKey(joining)) {
      throw new CommandFailure("--to: " + joining + " does not answer; start it first");
    }
  }

  private static List<NodeId> members(ClusterLink link, PartitionId id)
      throws CommandFailure, InterruptedException {
    return id.isMeta()
        ? link.membership(Level.STRONG).meta().replicas()
        : link.view(Level.STRONG).partition(id).replicas();
  }

  private void await(ClusterLink link, MoveOperation operation, PrintWriter out)
      throws CommandFailure, InterruptedException {
    PartitionId id = operation.before().id();
    new Patience(out, timeoutSeconds)
        .await(
            String.valueOf(operation.add()),
            id
                + " has not moved after "
                + timeoutSeconds
                + " s; it goes on by itself, './holdfast nodes' shows how far it is",
            isLast -> moved(link, operation));
  }

  private static Optional<PartitionId> moved(ClusterLink link, MoveOperation operation)
      throws CommandFailure, InterruptedException {
    PartitionId id = operation.before().id();
    Optional<MoveOperation> now = link.membership(Level.STRONG).moveOf(id);
    if (now.isPresent() && now.get().isSameAs(operation)) {
      return Optional.empty();
    }
    if (!members(link, id).equals(operation.after().replicas())) {
      throw new CommandFailure(id + " is as it was: the move was given up");
    }
    return Optional.of(id);
  }
}
