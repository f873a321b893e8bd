package dev.holdfast.node.control;

import dev.holdfast.client.routing.NodeLinks;
import dev.holdfast.partition.reconcile.MoveControl;
import dev.holdfast.protocol.command.MembershipChange.BeginRebuild;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.MoveStep;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has nodes move replicas, and reads the meta group as {@link LinkedReplicaControl} does. */
final class LinkedMoveControl implements MoveControl {
  private static final Logger log = LoggerFactory.getLogger(LinkedMoveControl.class);

  /** A node deletes a replica, or a leader hands over, in less; else the next sweep asks again. */
  private static final long TIMEOUT_MILLIS = 10_000;

  private final LinkedReplicaControl meta;
  private final NodeLinks links;

  LinkedMoveControl(LinkedReplicaControl meta, NodeLinks links) {
    this.meta = meta;
    this.links = links;
  }

  @Override
  public CompletableFuture<ClusterMap> map() {
    return meta.map();
  }

  @Override
  public CompletableFuture<Optional<Membership>> membership() {
    return meta.membership();
  }

  @Override
  public CompletableFuture<List<NodeStatus>> statuses() {
    return meta.statuses();
  }

  @Override
  public CompletableFuture<Void> change(MetaCommand command) {
    return meta.change(command);
  }

  @Override
  public CompletableFuture<Void> hostListener(MoveOperation move, ClusterMap map) {
    NodeId add = move.add();
    return add == null
        ? CompletableFuture.completedFuture(null)
        : ask(address(add, map), new NodeRequest.HostListener(move, nodes(move, map)))
            .thenAccept(joined -> {});
  }

  @Override
  public CompletableFuture<MoveStep> advance(MoveOperation move, ClusterMap map) {
    Deque<NodeId> candidates = new ArrayDeque<>(move.before().replicas());
    NodeId add = move.add();
    if (add != null) {
      candidates.add(add); // it may lead by now
    }
    NodeRequest request = new NodeRequest.AdvanceMove(move, nodes(move, map));
    return attempt(request, candidates, map, 2 * candidates.size());
  }

  private CompletableFuture<MoveStep> attempt(
      NodeRequest request, Deque<NodeId> candidates, ClusterMap map, int attemptsLeft) {
    NodeId node = candidates.removeFirst();
    candidates.addLast(node);
    return ask(address(node, map), request)
        .thenApply(reply -> ((NodeReply.MoveAdvanced) reply).step())
        .exceptionallyCompose(
            failure -> {
              Throwable cause = LinkedReplicaControl.unwrap(failure);
              if (attemptsLeft <= 1
                  || !(cause instanceof UnavailableException unavailable)
                  || unavailable.reason() == Reason.NOT_READY) { // a leader's word
                return CompletableFuture.failedFuture(cause);
              }
              NodeId hint = unavailable.leaderHint();
              if (hint != null && candidates.remove(hint)) {
                candidates.addFirst(hint);
              }
              return attempt(request, candidates, map, attemptsLeft - 1);
            });
  }

  @Override
  public CompletableFuture<Void> drop(NodeId node, PartitionId partition, long epoch) {
    return map()
        .thenCompose(map -> ask(address(node, map), new NodeRequest.DropReplica(partition, epoch)))
        .thenAccept(gone -> {});
  }

  private CompletableFuture<NodeReply> ask(String address, NodeRequest request) {
    return links.to(address).ask(request).orTimeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static String address(NodeId node, ClusterMap map) {
    return map.node(node).map(ClusterMap.Node::rpcAddress).orElse("unknown-node:0");
  }

  /** All whose addresses the step may need. */
  private static List<ClusterMap.Node> nodes(MoveOperation move, ClusterMap map) {
    return map.nodes().stream()
        .filter(
            node -> move.before().replicas().contains(node.id()) || node.id().equals(move.add()))
        .toList();
  }

  @Override
  public void advanced(MoveOperation move, MoveStep step) {
    if (step == MoveStep.STRANGE) {
      log.warn("partition={} has members that no move knows: {}", move.before().id(), move);
    }
  }

  @Override
  public void ended(MoveOperation move, MoveOperation.Outcome outcome) {
    log.info("partition={} outcome={} move: {}", move.before().id(), outcome, move);
  }

  @Override
  public void failed(MoveOperation move, Throwable failure) {
    log.info(
        "partition={} the move goes on later: {}",
        move.before().id(),
        LinkedReplicaControl.unwrap(failure).getMessage());
  }

  @Override
  public void rebuilding(BeginRebuild rebuild, @Nullable Throwable failure) {
    if (failure == null) {
      log.warn(
          "partition={} node={} its replica is damaged: it leaves, and is rebuilt from the others",
          rebuild.partition(),
          rebuild.node());
    } else {
      log.info(
          "partition={} node={} its damaged replica stays for now: {}",
          rebuild.partition(),
          rebuild.node(),
          LinkedReplicaControl.unwrap(failure).getMessage());
    }
  }

  @Override
  public void dropped(NodeId node, PartitionId partition, @Nullable Throwable failure) {
    if (failure == null) {
      log.info("partition={} node={} has deleted its replica", partition, node);
    } else {
      log.info(
          "partition={} node={} keeps its replica for now: {}",
          partition,
          node,
          LinkedReplicaControl.unwrap(failure).getMessage());
    }
  }
}
