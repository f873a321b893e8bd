package dev.holdfast.node.index;

import dev.holdfast.node.transaction.SimulatedWorld;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.Position;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A node that delivers for all partitions, over a network that delays, loses and repeats. After its
 * death what it has sent is still on its way.
 */
final class SimulatedLeader implements EntrySender {
  private final SimulatedWorld world;
  private final IndexedPartitions partitions;
  private ClusterMap known;
  private boolean alive = true;
  private boolean isCalm;

  SimulatedLeader(SimulatedWorld world, IndexedPartitions partitions) {
    this.world = world;
    this.partitions = partitions;
    this.known = partitions.map();
    new Deliveries(
            this::answer,
            this::leading,
            this,
            new DeliveryWorld(world.of(() -> alive), world::nowMicros, new DeliveryListener() {}))
        .start();
  }

  void die() {
    alive = false;
  }

  /** From now on the network does what it should. */
  void calm() {
    isCalm = true;
  }

  private List<NodeStatus.Replica> leading() {
    return partitions.all().stream()
        .map(
            each ->
                new NodeStatus.Replica(
                    each.partition().id(),
                    each.partition().epoch(),
                    NodeStatus.Role.LEADER,
                    null,
                    1,
                    each.applied().index(),
                    each.applied().index(),
                    0,
                    0,
                    0))
        .toList();
  }

  private CompletableFuture<NodeReply> answer(NodeRequest request) {
    if (request instanceof NodeRequest.ReadFrom read) {
      ReplicatedStateMachine replica = partitions.find(read.partition()).orElse(null);
      if (replica == null) {
        return gone();
      }
      List<ReadResult> results =
          read.reads().stream().map(each -> partitions.read(replica, each)).toList();
      return CompletableFuture.completedFuture(
          new NodeReply.ReadDone(results, new Position(1, replica.applied().index(), 1)));
    }
    NodeRequest.Write write = (NodeRequest.Write) request;
    ReplicatedStateMachine replica = partitions.find(write.partition()).orElse(null);
    if (replica == null || replica.partition().epoch() != write.epoch()) {
      return gone();
    }
    List<Result> results = new ArrayList<>();
    for (Proposal proposal : write.proposals()) {
      results.add(partitions.apply(replica, proposal.command()));
    }
    return CompletableFuture.completedFuture(new NodeReply.Written(results, new Position(1, 1, 1)));
  }

  private static CompletableFuture<NodeReply> gone() {
    return CompletableFuture.failedFuture(
        new UnavailableException(Reason.STALE_EPOCH, "it is another partition now"));
  }

  @Override
  public PartitionId partitionOf(Bytes routingKey) {
    return known.partitionOf(routingKey).id();
  }

  @Override
  public CompletableFuture<Result> send(Bytes firstKey, Command.UpdateIndex updates) {
    CompletableFuture<Result> answer = new CompletableFuture<>();
    int copies = isCalm ? 1 : world.random().nextInt(3); // lost, sent, repeated
    for (int i = 0; i < copies; i++) {
      world.afterMicros(
          delayMicros(),
          () -> {
            Result result = partitions.apply(partitions.of(firstKey), updates);
            if (isWrong(result)) {
              known = partitions.map();
            }
            world.afterMicros(delayMicros(), () -> complete(answer, result));
          });
    }
    world.afterMicros(4_000_000, () -> fail(answer));
    return answer;
  }

  private long delayMicros() {
    return isCalm
        ? 500
        : world.chance(0.02) ? world.random().nextInt(15_000_000) : world.delayMicros();
  }

  private static boolean isWrong(Result result) {
    return result instanceof Result.Rejected no
        && no.rejection() instanceof Rejection.WrongPartition;
  }

  private void complete(CompletableFuture<Result> answer, Result result) {
    if (alive) {
      answer.complete(result);
    }
  }

  private void fail(CompletableFuture<Result> answer) {
    if (alive) {
      answer.completeExceptionally(new IndeterminateException("no answer", null));
    }
  }
}
