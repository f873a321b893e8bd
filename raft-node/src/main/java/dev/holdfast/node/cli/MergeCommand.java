package dev.holdfast.node.cli;

import dev.holdfast.node.config.ConfigException;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast partitions merge}: makes two neighbours one and waits until it is done. */
@Command(
    name = "merge",
    description = {
      "Merges a partition, which stays, with the one that begins where it ends.",
      "No request fails; those for the right one wait while its items are taken over, a second or",
      "two at most: it may hold 32 MiB. What was begun goes on when this command is stopped."
    },
    mixinStandardHelpOptions = true)
final class MergeCommand implements Callable<Integer> {
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
      names = "--with",
      paramLabel = "RIGHT",
      description = "The one after it, which goes (default: whichever that is).")
  private @Nullable String with;

  @Option(names = "--dry-run", description = "Say what would be done and change nothing.")
  private boolean dryRun;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long to wait (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  @Override
  public Integer call() throws CommandFailure, ConfigException, IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PartitionId id = partition.id();
    PartitionId named = with == null ? null : ClusterView.parseId(with);
    AdminPages admin = new AdminPages(PartitionsCommand.PAGE_TIMEOUT);
    try (ClusterLink link = ClusterLink.open(cluster, admin)) {
      ClusterView view = link.view(Level.STRONG);
      ClusterMap.Partition left = view.partition(id);
      ClusterMap.Partition right = neighbour(view, left, named);
      requireIdle(view, left.id());
      requireIdle(view, right.id());
      if (dryRun) {
        out.print(plan(left, right));
      } else {
        MergeOperation operation = begin(link, left, right);
        out.println("merging " + left.id() + " with " + right.id());
        out.flush();
        out.print(row(operation, await(link, operation, out)));
      }
    }
    out.flush();
    return 0;
  }

  private static ClusterMap.Partition neighbour(
      ClusterView view, ClusterMap.Partition left, @Nullable PartitionId named)
      throws CommandFailure {
    if (left.range().endExclusive() == null) {
      throw new CommandFailure(
          left.id() + " is the last partition, there is none after it; name the one before it");
    }
    ClusterMap.Partition next = view.map().partitionOf(left.range().endExclusive());
    if (named == null || named.equals(next.id())) {
      return next;
    }
    throw new CommandFailure(
        view.partition(named).id()
            + " does not begin where "
            + left.id()
            + " ends; "
            + next.id()
            + " does");
  }

  private static void requireIdle(ClusterView view, PartitionId id) throws CommandFailure {
    boolean splits = view.splitOf(id).isPresent();
    if (splits || view.mergeOf(id).isPresent()) {
      throw new CommandFailure(
          id
              + (splits ? " is being split" : " is being merged")
              + " already; './holdfast partitions' shows when that is done");
    }
  }

  private static String plan(ClusterMap.Partition left, ClusterMap.Partition right) {
    ClusterMap.Partition merged = new MergeOperation(0, left, right).merged();
    return left.id()
        + " (epoch "
        + left.epoch()
        + ") would absorb "
        + right.id()
        + " (epoch "
        + right.epoch()
        + "):\n"
        + TextTable.render(
            List.of(
                List.of(
                    merged.id().toString(),
                    KeyText.of(merged.range()),
                    "on " + ClusterView.names(merged.replicas()))))
        + "nothing was changed\n";
  }

  private static MergeOperation begin(
      ClusterLink link, ClusterMap.Partition left, ClusterMap.Partition right)
      throws CommandFailure, InterruptedException {
    Result result =
        link.change(new MetaCommand.BeginMerge(left.id(), left.epoch(), right.id(), right.epoch()));
    if (result instanceof Result.MergeBegun begun) {
      return begun.operation();
    }
    throw new CommandFailure(
        result instanceof Result.Rejected no && no.rejection() instanceof Rejection.Invalid invalid
            ? invalid.message()
            : "the cluster answered " + result);
  }

  private ClusterView await(ClusterLink link, MergeOperation operation, PrintWriter out)
      throws CommandFailure, InterruptedException {
    PartitionId right = operation.right().id();
    return new Patience(out, timeoutSeconds)
        .await(
            operation.left().id() + " to absorb " + right,
            right
                + " is not merged after "
                + timeoutSeconds
                + " s; the merge goes on by itself, './holdfast partitions' shows how far it is",
            isLast -> merged(link.view(Level.STRONG), operation));
  }

  private static Optional<ClusterView> merged(ClusterView view, MergeOperation operation)
      throws CommandFailure {
    Optional<ClusterMap.Partition> still = view.map().partition(operation.right().id());
    if (still.isPresent() && !view.merges().contains(operation)) {
      throw new CommandFailure(
          "the merge was given up, and "
              + still.get().id()
              + " serves again at epoch "
              + still.get().epoch()
              + "; the log of the node that leads "
              + operation.left().id()
              + " says why");
    }
    return still.isPresent() ? Optional.empty() : Optional.of(view);
  }

  private static String row(MergeOperation operation, ClusterView view) {
    ClusterMap.Partition merged = operation.merged();
    return TextTable.render(
        List.of(
            List.of(
                merged.id().toString(),
                "epoch " + merged.epoch(),
                KeyText.of(merged.range()),
                view.leader(merged.id())
                    .map(NodeId::name)
                    .map(name -> "led by " + name)
                    .orElse("no leader yet"))));
  }
}
