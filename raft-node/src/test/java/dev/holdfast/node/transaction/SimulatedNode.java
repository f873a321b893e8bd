package dev.holdfast.node.transaction;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.client.routing.RouterWorld;
import dev.holdfast.client.routing.Session;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.Position;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A node's coordinator, resolver and sweeper: the real ones. Leads some of the partitions. */
final class SimulatedNode {
  private final NodeId id;
  private final SimulatedCluster cluster;
  private final List<SimulatedPartition> led;
  private final Coordinator coordinator;
  private long stepsLeft;
  private int conflictCount;
  private boolean alive = true;

  /**
   * @param skewMicros of its clock
   * @param stepsLeft after so many proposals it dies, before it sends the next one
   */
  SimulatedNode(
      NodeId id,
      SimulatedCluster cluster,
      List<SimulatedPartition> led,
      long skewMicros,
      long stepsLeft) {
    this.id = id;
    this.cluster = cluster;
    this.led = List.copyOf(led);
    this.stepsLeft = stepsLeft;
    SimulatedWorld world = cluster.world();
    RouterWorld own = world.of(() -> alive);
    TransactionWorld transactions =
        new TransactionWorld(own, () -> world.nowMicros() + skewMicros, () -> false);
    SimulatedNetwork network = new SimulatedNetwork(world, this, cluster, new Session());
    TransactionListener counting =
        new TransactionListener() {
          @Override
          public void conflict() {
            conflictCount++;
          }
        };
    Resolver resolver = new Resolver(network, transactions, counting);
    coordinator =
        new Coordinator(network, resolver, transactions, TransactionOptions.DEFAULT, counting);
    NodeLink local = this::answer;
    new Sweeper(local, this::status, resolver, transactions, counting).start();
  }

  Coordinator coordinator() {
    return coordinator;
  }

  /** Attempts that others were in the way of. */
  int conflictCount() {
    return conflictCount;
  }

  boolean isAlive() {
    return alive;
  }

  void die() {
    alive = false;
  }

  void takeStep() {
    if (stepsLeft-- <= 0) {
      die();
    }
  }

  private NodeStatus status() {
    return new NodeStatus(
        id,
        true,
        led.stream()
            .map(
                partition ->
                    new NodeStatus.Replica(
                        partition.partition().id(),
                        partition.partition().epoch(),
                        NodeStatus.Role.LEADER,
                        id,
                        1,
                        1,
                        1,
                        1,
                        0,
                        0))
            .toList());
  }

  private CompletableFuture<NodeReply> answer(NodeRequest request) {
    NodeRequest.ReadFrom read = (NodeRequest.ReadFrom) request;
    return CompletableFuture.completedFuture(
        new NodeReply.ReadDone(
            cluster.partition(read.partition()).read(read.reads()), new Position(1, 1, 1)));
  }

  /** A client that names itself, so that its retries are the same request. */
  static RequestId requestId(int number) {
    return new RequestId(1, number);
  }
}
