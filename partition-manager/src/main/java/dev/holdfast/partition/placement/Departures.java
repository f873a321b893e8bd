package dev.holdfast.partition.placement;

/**
 * Chooses the voter to go where there is one too many: first what is lost or dead, then what is on
 * a node to be emptied, then what keeps a partition from the neighbour it merges with, then what is
 * on the fullest node. For the last reason the leader never goes; for the others it must hand over
 * first.
 */
final class Departures {
  private final NodeRoster roster;
  private final Scales replicaScales;
  private final AlignmentWishes wishes;

  /** Whether the last voter of the list, which was added for a reason, may be the one to go. */
  enum Newest {
    STAYS,
    MAY_GO
  }

  Departures(NodeRoster roster, Scales replicaScales, AlignmentWishes wishes) {
    this.roster = roster;
    this.replicaScales = replicaScales;
    this.wishes = wishes;
  }

  /**
   * @param replicas the voters' nodes, of every partition
   * @param leader the node that leads the partition, or {@link Round#NOBODY}
   * @return a node, or {@link Round#NOBODY}
   */
  int choose(int p, int[][] replicas, int leader, Newest newest) {
    int best = Round.NOBODY;
    int bestUrgency = 0;
    for (int i = 0; i < replicas[p].length; i++) {
      int node = replicas[p][i];
      int urgency = urgency(p, node, replicas);
      boolean stays = newest == Newest.STAYS && i == replicas[p].length - 1;
      if (urgency == 0 && (stays || node == leader)) {
        continue;
      }
      if (best == Round.NOBODY
          || urgency > bestUrgency
          || (urgency == bestUrgency
              && replicaScales.relative(node) > replicaScales.relative(best))) {
        best = node;
        bestUrgency = urgency;
      }
    }
    return best;
  }

  private int urgency(int p, int node, int[][] replicas) {
    return switch (roster.standing(node)) {
      case LOST -> 4;
      case DEAD -> 3;
      case LEAVING -> 2;
      case SLOW, SERVING -> wishes.isUnwanted(p, node, replicas) ? 1 : 0;
    };
  }
}
