package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Spreads leaders while a cluster starts: each partition prefers one of its nodes by its id, and a
 * node that leads another's passes it on, at most a few times, during the first seconds of its own
 * life. Later the balancer decides. What was handed over on purpose stays: the node it came from
 * may be about to stop.
 */
final class LeaderSpread {
  private static final int ATTEMPT_COUNT_MAX = 3;

  private final NodeId self;
  private final ConsensusOptions options;
  private final ConsensusClock clock;
  private final Map<PartitionId, Integer> attempts = new ConcurrentHashMap<>();
  private volatile long beganNanos;

  LeaderSpread(NodeId self, ConsensusOptions options, ConsensusClock clock) {
    this.self = self;
    this.options = options;
    this.clock = clock;
  }

  void begin() {
    beganNanos = clock.monotonicNanos();
  }

  /** Whether the first seconds have passed. */
  boolean isOver() {
    return clock.monotonicNanos() - beganNanos > options.spreadWindow().toNanos();
  }

  /** Who should lead instead of this node, if anyone: only a follower that answers. */
  Optional<NodeId> nextTarget(Replica replica) {
    RaftMember member = replica.member();
    long term = member == null ? 0 : replica.leadership().readyTerm();
    if (member == null
        || term == 0
        || isOver()
        || !replica.lease().mayAnswer(term)
        || replica.leadership().wasHandedOver(term)
        || attempts.getOrDefault(replica.partition(), 0) >= ATTEMPT_COUNT_MAX) {
      return Optional.empty();
    }
    NodeId preferred = preferred(replica.partition(), member.members());
    if (preferred.equals(self) || !member.successorsHeardWithin(heardBound()).contains(preferred)) {
      return Optional.empty();
    }
    attempts.merge(replica.partition(), 1, Integer::sum);
    return Optional.of(preferred);
  }

  private Duration heardBound() {
    return options.electionTimeoutMin();
  }

  static NodeId preferred(PartitionId partition, List<NodeId> members) {
    return members.get(Math.floorMod(partition.value(), members.size()));
  }
}
