package dev.holdfast.partition.placement;

import dev.holdfast.partition.placement.shape.MergePairs;
import java.util.Arrays;
import java.util.List;

/** Which partitions should stay, or come to be, on the nodes of the neighbour they merge with. */
final class AlignmentWishes {
  private static final int NONE = -1;

  /** For every partition the left partner of its pair, itself if it is the left one. */
  private final int[] lefts;

  AlignmentWishes(int partitionCount, List<MergePairs.Pair> pairs) {
    lefts = new int[partitionCount];
    Arrays.fill(lefts, NONE);
    for (MergePairs.Pair pair : pairs) {
      lefts[pair.left()] = pair.left();
      lefts[pair.right()] = pair.left();
    }
  }

  /** Whether the partition is one of a pair, and should not be moved for anything less. */
  boolean isWished(int p) {
    return lefts[p] != NONE;
  }

  /** Whether the node is one that the partner has no replica on. */
  boolean isUnwanted(int p, int node, int[][] replicas) {
    return lefts[p] != NONE
        && lefts[p] != p
        && Arrays.stream(replicas[lefts[p]]).noneMatch(replica -> replica == node);
  }
}
