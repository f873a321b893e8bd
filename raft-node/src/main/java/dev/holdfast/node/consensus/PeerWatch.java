package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once when a peer falls silent and once when it is heard again, as the leaders of this node
 * see it; Ratis would say it at every attempt of every group. Used by one thread.
 */
final class PeerWatch {
  private static final Logger log = LoggerFactory.getLogger(PeerWatch.class);

  private final Duration bound;
  private final Set<NodeId> missed = new HashSet<>();
  private final Set<NodeId> silent = new HashSet<>();

  /**
   * @param bound how long a peer may be silent; longer than a few heartbeats
   */
  PeerWatch(Duration bound) {
    this.bound = bound;
  }

  /** Looks at the followers of all that this node leads; to be called now and then. */
  void look(Collection<Replica> replicas) {
    Set<NodeId> expected = new HashSet<>();
    Set<NodeId> heard = new HashSet<>();
    for (Replica replica : replicas) {
      RaftMember member = replica.member();
      if (member != null && replica.leadership().isLeader()) {
        expected.addAll(member.others());
        heard.addAll(member.followersHeardWithin(bound));
      }
    }
    seen(expected, heard);
  }

  /**
   * Compares with what was seen before; whoever is not expected is not judged. It takes two looks
   * to miss a peer: leadership may have been lost in the middle of one.
   */
  void seen(Set<NodeId> expected, Set<NodeId> heard) {
    for (NodeId peer : expected) {
      if (heard.contains(peer)) {
        missed.remove(peer);
        if (silent.remove(peer)) {
          log.info("peer={} is heard again", peer);
        }
      } else if (!missed.add(peer) && silent.add(peer)) {
        log.info("peer={} has been silent for {} ms", peer, bound.toMillis());
      }
    }
  }

  /** The peers last seen to be silent. */
  Set<NodeId> silent() {
    return Set.copyOf(silent);
  }
}
