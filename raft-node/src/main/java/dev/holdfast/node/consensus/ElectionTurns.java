package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a node's replicas seek leaders, a few at a time (decision 0026): all that a dead node has led
 * would ask for votes at once. Used by one thread.
 */
final class ElectionTurns {
  private static final Logger log = LoggerFactory.getLogger(ElectionTurns.class);
  private static final int STANDING_COUNT_MAX = 4;

  private final NodeId self;

  ElectionTurns(NodeId self) {
    this.self = self;
  }

  /** Does what is due; to be called several times within an election time-out. */
  void look(Collection<Replica> replicas) {
    List<RaftMember> all = new ArrayList<>();
    for (Replica replica : replicas) {
      RaftMember member = replica.member();
      if (member != null && !replica.ending().isExpelled()) {
        all.add(member);
      }
    }
    if (!all.isEmpty()) { // nodes that miss the same one begin with different groups
      Collections.rotate(all, Math.floorMod(self.hashCode(), all.size()));
    }
    long standing = all.stream().filter(RaftMember::isStanding).count();
    for (RaftMember member : all) {
      try {
        boolean mayStand = standing < STANDING_COUNT_MAX;
        if (member.seekLeader(mayStand ? Candidacy.Turn.NOW : Candidacy.Turn.LATER)) {
          standing++;
        }
      } catch (RuntimeException e) { // the others are to have their turns
        log.warn("cannot seek a leader: {}", e.toString());
      }
    }
  }
}
