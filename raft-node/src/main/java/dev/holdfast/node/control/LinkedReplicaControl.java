package dev.holdfast.node.control;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.client.routing.NodeLinks;
import dev.holdfast.partition.observation.Operations;
import dev.holdfast.partition.placement.view.Step;
import dev.holdfast.partition.reconcile.ClusterControl;
import dev.holdfast.partition.reconcile.NodeControl;
import dev.holdfast.partition.reconcile.ReplicaControl;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MembershipChange;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeReport;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.rpc.StoreException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reaches the meta group through this node's own replica – so only its leader succeeds – and the
 * other partitions through links to their leaders.
 */
final class LinkedReplicaControl implements ReplicaControl, NodeControl, ClusterControl {
  private static final Logger log = LoggerFactory.getLogger(LinkedReplicaControl.class);
  private static final long TIMEOUT_MILLIS = 3_000;
  private static final long META_EPOCH = 0;
  private static final long BEAT_MILLIS_MAX = 1_000;
  private static final long TRANSFER_MILLIS = 2_000;

  /** Longer than it takes; who is not ready makes the split as well. */
  private static final long PREPARING_MILLIS_MAX = 1_500;

  private static final int TABLES_PER_READ = 100;

  /**
   * Control commands are idempotent, so that there is nothing for the window of E2 to protect: they
   * must never be refused as perhaps applied before. All but a split have a new id at every
   * attempt; a split that was applied and forgotten is known by its epoch, and one that was refused
   * is refused for ever.
   */
  private static final long STAMP_BEYOND_ANY_FLOOR = Long.MAX_VALUE;

  private final NodeLink local;
  private final NodeLinks links;
  private volatile Map<NodeId, String> addresses;
  private final LongSupplier random;

  LinkedReplicaControl(
      NodeLink local, NodeLinks links, List<ClusterMap.Node> nodes, LongSupplier random) {
    this.local = local;
    this.links = links;
    this.addresses = addresses(nodes);
    this.random = random;
  }

  private static Map<NodeId, String> addresses(List<ClusterMap.Node> nodes) {
    return nodes.stream()
        .collect(Collectors.toUnmodifiableMap(ClusterMap.Node::id, ClusterMap.Node::rpcAddress));
  }

  @Override
  public CompletableFuture<ClusterMap> map() {
    return readMeta(List.of(new MetaRead.GetMap()))
        .thenApply(results -> ((ReadResult.Map) results.get(0)).map())
        .thenApply(this::learned);
  }

  /** Nodes come and go. */
  private ClusterMap learned(ClusterMap map) {
    if (!map.nodes().isEmpty()) {
      addresses = addresses(map.nodes());
    }
    return map;
  }

  /** Read as the map is; empty while there is no map. */
  CompletableFuture<Optional<Membership>> membership() {
    return readMeta(List.of(new MetaRead.GetMembership()))
        .thenApply(
            results -> Optional.ofNullable(((ReadResult.Members) results.get(0)).membership()));
  }

  @Override
  public CompletableFuture<List<TableDescriptor>> unsettledTables() {
    return tables().thenApply(all -> all.stream().filter(TableDescriptor::isUnsettled).toList());
  }

  @Override
  public CompletableFuture<Boolean> isFilled(ClusterMap.Partition partition, TableId table) {
    NodeRequest read =
        new NodeRequest.ReadFrom(
            partition.id(),
            partition.epoch(),
            ReadMode.STRONG,
            List.of(new Read.Undelivered()),
            TIMEOUT_MILLIS);
    return attempt(read, partition)
        .thenApply(reply -> ((NodeReply.ReadDone) reply).results().get(0))
        .thenApply(
            result ->
                result instanceof ReadResult.Undelivered found
                    && found.backfills().stream()
                        .noneMatch(each -> each.table().id().equals(table)));
  }

  @Override
  public CompletableFuture<List<TableDescriptor>> tables() {
    return tablesAfter("", new ArrayList<>());
  }

  private CompletableFuture<List<TableDescriptor>> tablesAfter(
      String name, List<TableDescriptor> found) {
    return readMeta(List.of(new MetaRead.ListTables(name, TABLES_PER_READ)))
        .thenCompose(
            results -> {
              ReadResult.TableNames page = (ReadResult.TableNames) results.get(0);
              if (page.names().isEmpty()) {
                return CompletableFuture.completedFuture(found);
              }
              List<Read> reads = new ArrayList<>();
              page.names().forEach(each -> reads.add(new MetaRead.GetTable(each)));
              String last = page.names().get(page.names().size() - 1);
              return readMeta(reads)
                  .thenCompose(
                      tables -> {
                        tables.forEach(table -> addIfThere(table, found));
                        return page.more()
                            ? tablesAfter(last, found)
                            : CompletableFuture.completedFuture(found);
                      });
            });
  }

  private static void addIfThere(ReadResult result, List<TableDescriptor> found) {
    TableDescriptor table = ((ReadResult.Table) result).table();
    if (table != null) {
      found.add(table);
    }
  }

  @Override
  public CompletableFuture<List<SplitOperation>> splits() {
    return readMeta(List.of(new MetaRead.GetSplits()))
        .thenApply(results -> ((ReadResult.Splits) results.get(0)).operations());
  }

  @Override
  public CompletableFuture<List<Merge>> merges() {
    return readMeta(List.of(new MetaRead.GetMerges()))
        .thenApply(results -> ((ReadResult.Merges) results.get(0)).merges());
  }

  private CompletableFuture<List<ReadResult>> readMeta(List<Read> reads) {
    return local
        .ask(
            new NodeRequest.ReadFrom(
                PartitionId.META, META_EPOCH, ReadMode.STRONG, reads, TIMEOUT_MILLIS))
        .thenApply(reply -> ((NodeReply.ReadDone) reply).results());
  }

  @Override
  public CompletableFuture<Void> change(MetaCommand command) {
    return local
        .ask(write(PartitionId.META, META_EPOCH, newId(), command))
        .thenApply(LinkedReplicaControl::onlyResult)
        .thenApply(LinkedReplicaControl::requireApplied);
  }

  @Override
  public CompletableFuture<Void> control(ClusterMap.Partition partition, Command.Control command) {
    return propose(partition, newId(), command).thenApply(LinkedReplicaControl::requireApplied);
  }

  @Override
  public CompletableFuture<Boolean> tend(
      ClusterMap.Partition partition, Command.TendExpiry command) {
    return propose(partition, newId(), command)
        .thenApply(result -> result instanceof Result.Tended tended && tended.filled());
  }

  @Override
  public CompletableFuture<Result> propose(
      ClusterMap.Partition partition, RequestId id, Command.Control command) {
    return attempt(write(partition.id(), partition.epoch(), id, command), partition)
        .thenApply(LinkedReplicaControl::onlyResult);
  }

  /** Asks the leader of a partition. */
  private CompletableFuture<NodeReply> attempt(
      NodeRequest question, ClusterMap.Partition partition) {
    // Each replica may be asked twice: once in turn and once because another one named it.
    return attempt(
        question, new ArrayDeque<>(partition.replicas()), 2 * partition.replicas().size());
  }

  private CompletableFuture<NodeReply> attempt(
      NodeRequest question, Deque<NodeId> candidates, int attemptsLeft) {
    NodeId node = candidates.removeFirst();
    candidates.addLast(node);
    String address = addresses.get(node);
    if (address == null) {
      return CompletableFuture.failedFuture(
          new StoreException.UnavailableException(
              StoreException.Reason.UNREACHABLE, "no address of node " + node));
    }
    return links
        .to(address)
        .ask(question)
        .exceptionallyCompose(
            failure -> {
              if (attemptsLeft <= 1
                  || !(unwrap(failure) instanceof StoreException.UnavailableException unavailable)
                  || unavailable.reason() == StoreException.Reason.STALE_EPOCH) { // a leader's word
                return CompletableFuture.failedFuture(unwrap(failure));
              }
              NodeId hint = unavailable.leaderHint();
              if (hint != null && candidates.remove(hint)) {
                candidates.addFirst(hint);
              }
              return attempt(question, candidates, attemptsLeft - 1);
            });
  }

  @Override
  public CompletableFuture<List<NodeStatus>> statuses() {
    List<CompletableFuture<Optional<NodeStatus>>> asked =
        addresses.values().stream().map(this::status).toList();
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(all -> asked.stream().flatMap(answer -> answer.join().stream()).toList());
  }

  private CompletableFuture<Optional<NodeStatus>> status(String address) {
    return links
        .to(address)
        .ask(new NodeRequest.AskStatus())
        .orTimeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .handle(
            (reply, failure) ->
                reply instanceof NodeReply.Status status
                    ? Optional.of(status.status())
                    : Optional.empty());
  }

  @Override
  public CompletableFuture<Void> prepare(SplitOperation operation) {
    List<CompletableFuture<NodeReply>> asked =
        operation.parent().replicas().stream()
            .map(
                node ->
                    links
                        .to(addresses.getOrDefault(node, "unknown-node:0"))
                        .ask(new NodeRequest.PrepareSplit(operation)))
            .toList();
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .orTimeout(PREPARING_MILLIS_MAX, TimeUnit.MILLISECONDS)
        .exceptionally(unready -> null);
  }

  @Override
  public CompletableFuture<Void> host(NodeId node, ClusterMap.Partition partition) {
    return links
        .to(addresses.getOrDefault(node, "unknown-node:0"))
        .ask(new NodeRequest.HostReplica(partition))
        .thenAccept(joined -> {});
  }

  @Override
  public CompletableFuture<Operations> operations() {
    return readMeta(
            List.of(
                new MetaRead.GetSplits(), new MetaRead.GetMerges(), new MetaRead.GetMembership()))
        .thenApply(
            results ->
                inProgress(
                    (ReadResult.Splits) results.get(0),
                    ((ReadResult.Merges) results.get(1)).merges(),
                    ((ReadResult.Members) results.get(2)).membership()));
  }

  private static Operations inProgress(
      ReadResult.Splits splits, List<Merge> merges, @Nullable Membership membership) {
    if (membership == null) {
      throw new StoreException.UnavailableException(
          StoreException.Reason.NOT_READY, "a cluster that is not made yet");
    }
    Map<PartitionId, Step> steps = new TreeMap<>();
    for (SplitOperation split : splits.operations()) {
      PartitionId parent = split.parent().id();
      steps.put(parent, new Step.Split(parent, split.key()));
    }
    for (Merge merge : merges) {
      PartitionId left = merge.operation().left().id();
      PartitionId right = merge.operation().right().id();
      steps.put(left, new Step.Merge(left, right));
      steps.put(right, new Step.Merge(left, right));
    }
    for (MoveOperation move : membership.moves()) {
      PartitionId partition = move.before().id();
      NodeId add = move.add();
      NodeId remove = move.remove();
      if (add != null) {
        steps.put(partition, new Step.AddReplica(partition, add));
      } else if (remove != null) {
        steps.put(partition, new Step.RemoveReplica(partition, remove));
      }
    }
    return new Operations(steps, Set.copyOf(splits.kept()), membership);
  }

  @Override
  public CompletableFuture<NodeReport> beat(ClusterMap.Node node, @Nullable ClusterMap map) {
    return links
        .to(node.rpcAddress())
        .ask(new NodeRequest.Heartbeat(map))
        .orTimeout(BEAT_MILLIS_MAX, TimeUnit.MILLISECONDS)
        .thenApply(reply -> ((NodeReply.Report) reply).report());
  }

  @Override
  public CompletableFuture<Void> transfer(PartitionId partition, ClusterMap.Node from, NodeId to) {
    return links
        .to(from.rpcAddress())
        .ask(new NodeRequest.TransferLeader(partition, to, TRANSFER_MILLIS))
        .thenAccept(done -> {});
  }

  /** Has a node remove its replica of the right one of a merge. */
  CompletableFuture<Void> retire(NodeId node, MergeOperation merge) {
    return links
        .to(addresses.getOrDefault(node, "unknown-node:0"))
        .ask(new NodeRequest.RetireReplica(merge))
        .thenAccept(gone -> {});
  }

  RequestId newId() {
    return new RequestId(random.getAsLong(), random.getAsLong());
  }

  private static NodeRequest write(
      PartitionId partition, long epoch, RequestId id, Command command) {
    Proposal proposal = new Proposal(id, STAMP_BEYOND_ANY_FLOOR, false, command);
    return new NodeRequest.Write(partition, epoch, List.of(proposal), TIMEOUT_MILLIS);
  }

  private static Result onlyResult(NodeReply reply) {
    return ((NodeReply.Written) reply).results().get(0);
  }

  @SuppressWarnings("NullAway") // Void has no value but null
  private static Void requireApplied(Result result) {
    if (result instanceof Result.Rejected rejected) {
      throw new StoreException.UnavailableException(
          StoreException.Reason.NOT_READY, "rejected: " + rejected.rejection());
    }
    return null;
  }

  static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  @Override
  public void settled(TableDescriptor table) {
    String now = table.status() == TableStatus.DELETING ? "gone" : "active";
    log.info("table={} name={} is {}", table.id(), table.name(), now);
  }

  @Override
  public void failed(TableDescriptor table, PartitionId partition, Throwable failure) {
    log.warn(
        "partition={} table={} status={} cannot be reached now, will try again: {}",
        partition,
        table.name(),
        table.status(),
        unwrap(failure).getMessage());
  }

  @Override
  public void hosted(NodeId node, PartitionId partition, @Nullable Throwable failure) {
    if (failure == null) {
      log.info("partition={} node={} had missed its split and has joined", partition, node);
    } else {
      log.info(
          "partition={} node={} cannot join yet: {}",
          partition,
          node,
          unwrap(failure).getMessage());
    }
  }

  @Override
  public void changesMembers(
      PartitionId partition, MembershipChange change, @Nullable Throwable failure) {
    log.info(
        "partition={} planned: {}{}",
        partition,
        change,
        failure == null ? "" : " failed: " + unwrap(failure).getMessage());
  }

  @Override
  public void began(Step step) {
    log.info("partition={} planned: {}", step.partition(), step);
  }

  @Override
  public void failed(Step step, Throwable failure) {
    log.info(
        "partition={} planned: {} failed: {}",
        step.partition(),
        step,
        unwrap(failure).getMessage());
  }

  @Override
  public void split(SplitOperation operation) {
    log.info(
        "partition={} epoch={} is split, child={} from key={}",
        operation.parent().id(),
        operation.left().epoch(),
        operation.child(),
        operation.key());
  }

  @Override
  public void abandoned(SplitOperation operation, String why) {
    log.warn(
        "partition={} epoch={} cannot be split at key={}, given up: {}",
        operation.parent().id(),
        operation.parent().epoch(),
        operation.key(),
        why);
  }

  @Override
  public void failed(SplitOperation operation, PartitionId partition, Throwable failure) {
    log.warn(
        "partition={} child={} key={} split goes on later: {}",
        partition,
        operation.child(),
        operation.key(),
        unwrap(failure).getMessage());
  }
}
