package dev.holdfast.partition.reconcile;

import dev.holdfast.partition.observation.Operations;
import dev.holdfast.partition.placement.view.Step;
import dev.holdfast.protocol.command.MembershipChange;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.rpc.NodeReport;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the controller sees of the cluster and has it do; implemented by the node. Never throws;
 * futures fail with a {@link dev.holdfast.protocol.rpc.StoreException} within a deadline.
 */
public interface ClusterControl {
  /**
   * The partition map, read strongly from the meta replica of this node; fails when this node does
   * not lead the meta group.
   */
  CompletableFuture<ClusterMap> map();

  /** All tables, as the meta replica of this node has them. */
  CompletableFuture<List<TableDescriptor>> tables();

  /** What is recorded in the meta group as being carried out. */
  CompletableFuture<Operations> operations();

  /**
   * A heartbeat.
   *
   * @param map for a node that knows an older one; otherwise null
   */
  CompletableFuture<NodeReport> beat(ClusterMap.Node node, @Nullable ClusterMap map);

  /** Has a command applied by the meta group; fails when it is refused. */
  CompletableFuture<Void> change(MetaCommand command);

  /** Has the leader of a partition hand over. */
  CompletableFuture<Void> transfer(PartitionId partition, ClusterMap.Node from, NodeId to);

  /** Told that members change for another reason than a step of the plan, or why not now. */
  default void changesMembers(
      PartitionId partition, MembershipChange change, @Nullable Throwable failure) {}

  /** Told that a step has begun. */
  default void began(Step step) {}

  /** Told that a step could not begin, or failed; a later plan will see what is to be done. */
  default void failed(Step step, Throwable failure) {}
}
