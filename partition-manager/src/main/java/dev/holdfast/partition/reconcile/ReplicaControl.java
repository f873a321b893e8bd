package dev.holdfast.partition.reconcile;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What the reconciler sees and does; implemented by the node. Never throws; futures fail with a
 * {@link dev.holdfast.protocol.rpc.StoreException} within a deadline.
 */
public interface ReplicaControl {
  /**
   * Tables of which partitions are to be told something ({@link TableDescriptor#isUnsettled}), read
   * strongly from the meta replica of this node; fails when this node does not lead the meta group.
   */
  CompletableFuture<List<TableDescriptor>> unsettledTables();

  /**
   * The splits in progress, read strongly from the meta replica of this node; fails when this node
   * does not lead the meta group.
   */
  CompletableFuture<List<SplitOperation>> splits();

  /** The merges that are not forgotten; as {@link #splits}. */
  CompletableFuture<List<Merge>> merges();

  /** The partition map, read strongly from the meta replica of this node. */
  CompletableFuture<ClusterMap> map();

  /**
   * Has a command applied by a partition; completes once it is.
   *
   * @param partition as in the map, whose epoch the command is sent with
   */
  CompletableFuture<Void> control(ClusterMap.Partition partition, Command.Control command);

  /**
   * Has a partition take a step at the expiry rows of a table; completes with whether all items
   * there have theirs.
   *
   * @param partition as for {@link #control}
   */
  default CompletableFuture<Boolean> tend(
      ClusterMap.Partition partition, Command.TendExpiry command) {
    return control(partition, command).thenApply(done -> true);
  }

  /**
   * Has a command that is remembered applied by a partition; completes with its answer, or with
   * that of an earlier copy. Fails as unavailable for {@code STALE_EPOCH} when the partition's
   * leader knows another epoch than the one given.
   *
   * @param partition its id, its epoch and where its replicas are
   * @param id the same for all copies of the command, whoever sends them
   */
  CompletableFuture<Result> propose(
      ClusterMap.Partition partition, RequestId id, Command.Control command);

  /**
   * Has the replicas of a partition that is about to be split get ready, so that it takes less
   * time. Completes when they are, or soon after when one does not answer; never fails.
   */
  default CompletableFuture<Void> prepare(SplitOperation operation) {
    return CompletableFuture.completedFuture(null);
  }

  /** Has a command applied by the meta group; completes once it is. */
  CompletableFuture<Void> change(MetaCommand command);

  /**
   * Whether the global indexes of a table have every item that a partition had when they were
   * added; asked of its leader as a strong read. Fails when the leader knows another epoch.
   */
  CompletableFuture<Boolean> isFilled(ClusterMap.Partition partition, TableId table);

  /** Told of a table that is now settled: ACTIVE or gone. */
  default void settled(TableDescriptor table) {}

  /** Told that a step failed; the next sweep tries again. */
  default void failed(TableDescriptor table, PartitionId partition, Throwable failure) {}

  /** Told that a split is done: the map has the child. */
  default void split(SplitOperation operation) {}

  /** Told that a split was given up, since the parent will never do it. */
  default void abandoned(SplitOperation operation, String why) {}

  /** Told that a step of a split failed; the next sweep tries again. */
  default void failed(SplitOperation operation, PartitionId partition, Throwable failure) {}
}
