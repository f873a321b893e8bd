package dev.holdfast.node.cli;

import dev.holdfast.client.routing.ReadOptions;
import dev.holdfast.client.routing.Router;
import dev.holdfast.client.routing.RouterListener;
import dev.holdfast.client.routing.RouterOptions;
import dev.holdfast.client.routing.RouterWorld;
import dev.holdfast.client.routing.WriteOptions;
import dev.holdfast.client.transport.ConnectionOptions;
import dev.holdfast.client.transport.NodeConnections;
import dev.holdfast.node.config.ConfigException;
import dev.holdfast.protocol.command.MembershipChange;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.PlanReport;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import dev.holdfast.protocol.rpc.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A running cluster by its native protocol, for commands that wait for each answer. */
final class ClusterLink implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long NODE_TIMEOUT_MILLIS = 1_500;
  private static final int TABLES_PER_READ = 100;

  private final NodeConnections links = new NodeConnections(ConnectionOptions.defaults());
  private final ScheduledExecutorService timers = timers();
  private final RouterWorld world = RouterWorld.real(timers);
  private final Router router;

  private ClusterLink(List<String> addresses) {
    this.router =
        new Router(RouterOptions.defaults(), addresses, links, world, RouterListener.NONE);
  }

  /** Finds the nodes by the status document of one of them. */
  static ClusterLink open(ClusterOptions cluster, AdminPages admin)
      throws CommandFailure, ConfigException, IOException, InterruptedException {
    return new ClusterLink(
        JsonTree.parse(cluster.status(admin)).get("nodes").elements().stream()
            .map(node -> node.get("rpc").text())
            .toList());
  }

  /** By native addresses of some of the nodes. */
  static ClusterLink to(List<String> addresses) {
    return new ClusterLink(addresses);
  }

  /** The map as any node knows it. */
  ClusterMap map() throws CommandFailure, InterruptedException {
    ReadResult map =
        await(router.read(new MetaRead.GetMap(), ReadOptions.of(Level.EVENTUAL, TIMEOUT)));
    return ((ReadResult.Map) map).map();
  }

  /** The meta group's own members, and the moves in progress. */
  Membership membership(Level level) throws CommandFailure, InterruptedException {
    ReadResult read =
        await(router.read(new MetaRead.GetMembership(), ReadOptions.of(level, TIMEOUT)));
    Membership membership = read instanceof ReadResult.Members it ? it.membership() : null;
    if (membership == null) {
      throw new CommandFailure("the cluster has no map yet; try again in a moment");
    }
    return membership;
  }

  /** Has the meta group change the members; fails with the sentence it refuses with. */
  Result change(MembershipChange change) throws CommandFailure, InterruptedException {
    Result result = change(new MetaCommand.Membership(change));
    if (result instanceof Result.Rejected no) {
      throw new CommandFailure(
          no.rejection() instanceof Rejection.Invalid why
              ? why.message() + "; nothing was changed"
              : "the cluster answered " + no.rejection());
    }
    return result;
  }

  private static ScheduledExecutorService timers() {
    return new ScheduledThreadPoolExecutor(
        1,
        task -> {
          Thread thread = new Thread(task, "timers");
          thread.setDaemon(true);
          return thread;
        });
  }

  /**
   * The cluster as it is now.
   *
   * @param level strong to act upon it; eventual to look at a cluster whose meta group may have no
   *     leader
   */
  ClusterView view(Level level) throws CommandFailure, InterruptedException {
    ReadOptions options = ReadOptions.of(level, TIMEOUT);
    // in this order: what is no longer in progress shows in the map
    ReadResult splits = await(router.read(new MetaRead.GetSplits(), options));
    ReadResult merges = await(router.read(new MetaRead.GetMerges(), options));
    ReadResult map = await(router.read(new MetaRead.GetMap(), options));
    if (!(splits instanceof ReadResult.Splits inProgress)
        || !(merges instanceof ReadResult.Merges joining)
        || !(map instanceof ReadResult.Map known)
        || known.map().partitions().isEmpty()) {
      throw new CommandFailure("the cluster has no map yet; try again in a moment");
    }
    return new ClusterView(
        known.map(), inProgress.operations(), underWay(joining), statuses(known.map()));
  }

  private static List<MergeOperation> underWay(ReadResult.Merges merges) {
    return merges.merges().stream()
        .filter(merge -> !merge.absorbed())
        .map(Merge::operation)
        .toList();
  }

  /** All tables there are, to put keys into words. */
  List<TableDescriptor> tables(Level level) throws CommandFailure, InterruptedException {
    ReadOptions options = ReadOptions.of(level, TIMEOUT);
    List<TableDescriptor> tables = new ArrayList<>();
    String last = "";
    boolean more = true;
    while (more) {
      ReadResult page = await(router.read(new MetaRead.ListTables(last, TABLES_PER_READ), options));
      if (!(page instanceof ReadResult.TableNames names)) {
        throw new CommandFailure("the cluster does not tell its tables");
      }
      for (String name : names.names()) {
        if (await(router.read(new MetaRead.GetTable(name), options))
                instanceof ReadResult.Table found
            && found.table() != null) {
          tables.add(found.table());
        }
        last = name;
      }
      more = names.more();
    }
    return tables;
  }

  /** What the controller decided lately; empty when it cannot be asked. */
  Optional<PlanReport> plan(ClusterView view) throws InterruptedException {
    try {
      NodeReply reply = askLeader(view, PartitionId.META, new NodeRequest.AskPlan());
      return reply instanceof NodeReply.Planned planned
          ? Optional.of(planned.report())
          : Optional.empty();
    } catch (CommandFailure e) {
      return Optional.empty();
    }
  }

  private SortedMap<NodeId, NodeStatus> statuses(ClusterMap map) throws InterruptedException {
    SortedMap<NodeId, CompletableFuture<NodeReply>> asked = new TreeMap<>();
    for (ClusterMap.Node node : map.nodes()) {
      asked.put(
          node.id(),
          links
              .to(node.rpcAddress())
              .ask(new NodeRequest.AskStatus())
              .orTimeout(NODE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS));
    }
    SortedMap<NodeId, NodeStatus> statuses = new TreeMap<>();
    for (Map.Entry<NodeId, CompletableFuture<NodeReply>> each : asked.entrySet()) {
      try {
        if (each.getValue().get() instanceof NodeReply.Status status) {
          statuses.put(each.getKey(), status.status());
        }
      } catch (ExecutionException e) {
        // it is down, and shown as having no replica
      }
    }
    return statuses;
  }

  /** Has the meta group decide; returns its answer, or the no of its state. */
  Result change(MetaCommand command) throws CommandFailure, InterruptedException {
    RequestId id = new RequestId(world.random(), world.random());
    return await(
        router.change(command, new WriteOptions(id, WriteOptions.Attempt.FIRST, null, TIMEOUT)));
  }

  /** Asks the node that leads a partition. */
  NodeReply askLeader(ClusterView view, PartitionId partition, NodeRequest request)
      throws CommandFailure, InterruptedException {
    Optional<ClusterMap.Node> leader = view.leader(partition).flatMap(view.map()::node);
    if (leader.isEmpty()) {
      throw new CommandFailure(partition + " has no leader now; try again in a moment");
    }
    return await(links.to(leader.get().rpcAddress()).ask(request));
  }

  private static <T> T await(CompletableFuture<T> future)
      throws CommandFailure, InterruptedException {
    try {
      return future.get(TIMEOUT.toMillis() + NODE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new CommandFailure(words(e.getCause() == null ? e : e.getCause()));
    } catch (TimeoutException e) {
      throw new CommandFailure("the cluster did not answer; './holdfast status' shows its state");
    }
  }

  private static String words(Throwable failure) {
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    return failure instanceof StoreException.IndeterminateException
        ? "it may have been done or not: " + message
        : message;
  }

  @Override
  public void close() {
    links.close();
    timers.shutdownNow();
  }
}
