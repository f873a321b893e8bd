package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import java.util.concurrent.CompletableFuture;

/**
 * What the meta group has on record of changes of members. Asked, strongly, before anything is done
 * about one: whoever sends a request for it is not trusted, and a late copy finds nothing.
 */
public interface MoveRecords {
  /** Nobody can be asked: nothing is on record. */
  MoveRecords NONE =
      new MoveRecords() {
        @Override
        public CompletableFuture<Boolean> isOnRecord(MoveOperation move) {
          return CompletableFuture.completedFuture(false);
        }

        @Override
        public CompletableFuture<Boolean> isNoMember(NodeId node, PartitionId partition) {
          return CompletableFuture.completedFuture(false);
        }
      };

  /** Whether exactly this move is in progress. */
  CompletableFuture<Boolean> isOnRecord(MoveOperation move);

  /** Whether the partition is known, the node is no member of it, and no move adds it. */
  CompletableFuture<Boolean> isNoMember(NodeId node, PartitionId partition);
}
