package dev.holdfast.node.control;

import dev.holdfast.client.routing.ReadOptions;
import dev.holdfast.client.routing.Router;
import dev.holdfast.node.consensus.MoveRecords;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The meta group's records of moves, read strongly by way of the node's router. */
public final class RecordedMoves implements MoveRecords {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private final Router router;

  public RecordedMoves(Router router) {
    this.router = router;
  }

  @Override
  public CompletableFuture<Boolean> isOnRecord(MoveOperation move) {
    return membership()
        .thenApply(known -> known.moveOf(move.before().id()).filter(move::equals).isPresent());
  }

  /** The moves are read first: one that is over by then shows in the map. */
  @Override
  public CompletableFuture<Boolean> isNoMember(NodeId node, PartitionId partition) {
    return membership()
        .thenCompose(
            known ->
                router
                    .read(new MetaRead.GetMap(), ReadOptions.of(Level.STRONG, TIMEOUT))
                    .thenApply(
                        result -> {
                          ClusterMap map = ((ReadResult.Map) result).map();
                          Optional<ClusterMap.Partition> found =
                              partition.isMeta()
                                  ? Optional.of(known.meta())
                                  : map.partition(partition);
                          boolean joins =
                              known
                                  .moveOf(partition)
                                  .filter(move -> node.equals(move.add()))
                                  .isPresent();
                          return found.isPresent()
                              && !found.get().replicas().contains(node)
                              && !joins;
                        }));
  }

  private CompletableFuture<Membership> membership() {
    return router
        .read(new MetaRead.GetMembership(), ReadOptions.of(Level.STRONG, TIMEOUT))
        .thenApply(
            result -> {
              Membership membership =
                  result instanceof ReadResult.Members members ? members.membership() : null;
              if (membership == null) {
                throw new UnavailableException(Reason.NOT_READY, "the cluster has no map yet");
              }
              return membership;
            });
  }
}
