package dev.holdfast.node.cli;

import dev.holdfast.node.config.ConfigException;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.model.SplitOrigin;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
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

/** {@code holdfast partitions split}: cuts one partition in two and waits until it is done. */
@Command(
    name = "split",
    description = {
      "Splits a partition in two: it keeps what is before the key, a new one gets the rest.",
      "No request fails; those for the new partition wait until it is led, a second at most or so.",
      "What was begun goes on when this command is stopped."
    },
    mixinStandardHelpOptions = true)
final class SplitCommand implements Callable<Integer> {
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
      names = "--key",
      paramLabel = "HEX",
      description = "The first routing key of the new partition (default: the middle of the data).")
  private @Nullable String key;

  @Option(names = "--dry-run", description = "Say what would be done and change nothing.")
  private boolean dryRun;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long to wait for the new partition (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  @Override
  public Integer call() throws CommandFailure, ConfigException, IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PartitionId id = partition.id();
    Bytes named = key == null ? null : KeyText.parse(key);
    AdminPages admin = new AdminPages(PartitionsCommand.PAGE_TIMEOUT);
    try (ClusterLink link = ClusterLink.open(cluster, admin)) {
      ClusterView view = link.view(Level.STRONG);
      ClusterMap.Partition parent = view.partition(id);
      requireIdle(view, id);
      Bytes at = named == null ? middle(link, view, id) : named;
      requireInside(parent, at);
      if (dryRun) {
        out.print(plan(parent, at));
      } else {
        SplitOperation operation = begin(link, parent, at);
        out.println("splitting " + id + " at " + KeyText.of(at));
        out.flush();
        out.print(halves(operation, await(link, operation, out)));
      }
    }
    out.flush();
    return 0;
  }

  private static void requireIdle(ClusterView view, PartitionId id) throws CommandFailure {
    Optional<SplitOperation> split = view.splitOf(id);
    if (split.isPresent()) {
      throw new CommandFailure(
          id
              + " is being split already, at "
              + KeyText.of(split.get().key())
              + "; './holdfast partitions' shows when that is done");
    }
  }

  private static void requireInside(ClusterMap.Partition parent, Bytes at) throws CommandFailure {
    boolean edge = at.equals(parent.range().startInclusive());
    edge |= at.equals(parent.range().endExclusive());
    if (edge || !parent.range().contains(at)) {
      throw new CommandFailure(
          "the key "
              + (at.isEmpty() ? "without a byte" : KeyText.of(at))
              + " is "
              + (edge ? "at the edge" : "outside")
              + " of "
              + parent.id()
              + ", which holds "
              + KeyText.of(parent.range()));
    }
  }

  private static Bytes middle(ClusterLink link, ClusterView view, PartitionId id)
      throws CommandFailure, InterruptedException {
    try {
      NodeReply reply = link.askLeader(view, id, new NodeRequest.AskSplitKey(id));
      Bytes middle = reply instanceof NodeReply.SplitKey answer ? answer.key() : null;
      if (middle != null) {
        return middle;
      }
    } catch (CommandFailure e) {
      throw new CommandFailure("no middle of " + id + " is known, name a --key; " + e.getMessage());
    }
    throw new CommandFailure(id + " holds too little to have a middle; name a --key");
  }

  private static String plan(ClusterMap.Partition parent, Bytes at) {
    String nodes = "on " + ClusterView.names(parent.replicas());
    return parent.id()
        + " (epoch "
        + parent.epoch()
        + ") would be split at "
        + KeyText.of(at)
        + ":\n"
        + TextTable.render(
            List.of(
                List.of(parent.id().toString(), KeyText.of(parent.range().before(at)), nodes),
                List.of("a new partition", KeyText.of(parent.range().from(at)), nodes)))
        + "nothing was changed\n";
  }

  private static SplitOperation begin(ClusterLink link, ClusterMap.Partition parent, Bytes at)
      throws CommandFailure, InterruptedException {
    Result result =
        link.change(
            new MetaCommand.BeginSplit(parent.id(), parent.epoch(), at, SplitOrigin.OPERATOR));
    if (result instanceof Result.SplitBegun begun) {
      return begun.operation();
    }
    throw new CommandFailure(
        result instanceof Result.Rejected no && no.rejection() instanceof Rejection.Invalid invalid
            ? invalid.message()
            : "the cluster answered " + result);
  }

  /** Waits for the child in the map, and then for its leader. */
  private ClusterView await(ClusterLink link, SplitOperation operation, PrintWriter out)
      throws CommandFailure, InterruptedException {
    return new Patience(out, timeoutSeconds)
        .await(
            operation.child().toString(),
            operation.child()
                + " is not there after "
                + timeoutSeconds
                + " s; the split goes on by itself, './holdfast partitions' shows how far it is",
            isLast -> split(link.view(Level.STRONG), operation, isLast));
  }

  private static Optional<ClusterView> split(
      ClusterView view, SplitOperation operation, boolean isLast) throws CommandFailure {
    boolean isThere = view.map().partition(operation.child()).isPresent();
    if (!isThere && !view.splits().contains(operation)) {
      throw new CommandFailure(
          operation.parent().id()
              + " refused to be split there and is as it was; the log of the node that leads the"
              + " meta group says why");
    }
    boolean isLed = isThere && view.leader(operation.child()).isPresent();
    return isLed || (isThere && isLast) ? Optional.of(view) : Optional.empty();
  }

  private static String halves(SplitOperation operation, ClusterView view) {
    return TextTable.render(List.of(half(operation.left(), view), half(operation.right(), view)));
  }

  private static List<String> half(ClusterMap.Partition half, ClusterView view) {
    return List.of(
        half.id().toString(),
        "epoch " + half.epoch(),
        KeyText.of(half.range()),
        view.leader(half.id()).map(NodeId::name).map(n -> "led by " + n).orElse("no leader yet"));
  }
}
