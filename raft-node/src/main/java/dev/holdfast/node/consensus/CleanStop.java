package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands over all that a node leads before it stops, and waits until the successors serve (decision
 * 0014).
 */
final class CleanStop {
  private static final Logger log = LoggerFactory.getLogger(CleanStop.class);
  private static final long GRACE_MILLIS = 200;

  private CleanStop() {}

  /** Blocks, no longer than the time-out of a hand-over. */
  static void handOver(Collection<Replica> replicas, ConsensusOptions options) {
    List<CompletableFuture<Void>> handovers = new ArrayList<>();
    for (Replica replica : replicas) {
      if (replica.leadership().isLeader()) {
        handovers.add(handOver(replica, handovers.size(), options));
      }
    }
    try {
      CompletableFuture.allOf(handovers.toArray(CompletableFuture[]::new))
          .get(options.handoverTimeout().toMillis() + GRACE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.info("stopping without having handed over everything: {}", e.toString());
    }
  }

  /** Passes on what a node leads that must not lead; to be called again until it leads nothing. */
  static void leaveToOthers(Replica replica, ConsensusOptions options) {
    if (replica.leadership().isLeader() && !replica.handover().isUnderWay()) {
      CompletableFuture<Void> unused =
          handOver(replica, 0, options)
              .exceptionally(
                  failure -> {
                    log.info("partition={} stays for now: {}", replica.partition(), failure);
                    return null;
                  });
    }
  }

  /** To a follower that is there, preferably to another one each time. */
  private static CompletableFuture<Void> handOver(
      Replica replica, int number, ConsensusOptions options) {
    RaftMember member = replica.member();
    List<NodeId> followers =
        member == null ? List.of() : member.successorsHeardWithin(options.electionTimeoutMin());
    if (followers.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    List<NodeId> inOrder = new ArrayList<>(followers.stream().sorted().toList());
    Collections.rotate(inOrder, -number);
    return replica.handover().completelyToAny(inOrder, options.handoverTimeout());
  }
}
