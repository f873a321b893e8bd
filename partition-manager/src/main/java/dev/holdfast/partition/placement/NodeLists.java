package dev.holdfast.partition.placement;

import java.util.function.IntFunction;

/** For every node, the partitions that have to do with it, in key order. */
final class NodeLists {
  private final int[][] lists;

  private NodeLists(int[][] lists) {
    this.lists = lists;
  }

  /**
   * @param nodesOf the nodes of a partition; a negative number is no node
   */
  static NodeLists of(int nodeCount, int partitionCount, IntFunction<int[]> nodesOf) {
    int[] sizes = new int[nodeCount];
    for (int p = 0; p < partitionCount; p++) {
      for (int node : nodesOf.apply(p)) {
        if (node >= 0) {
          sizes[node]++;
        }
      }
    }
    int[][] lists = new int[nodeCount][];
    for (int node = 0; node < nodeCount; node++) {
      lists[node] = new int[sizes[node]];
    }
    int[] filled = new int[nodeCount];
    for (int p = 0; p < partitionCount; p++) {
      for (int node : nodesOf.apply(p)) {
        if (node >= 0) {
          lists[node][filled[node]++] = p;
        }
      }
    }
    return new NodeLists(lists);
  }

  /** Not to be changed. */
  int[] of(int node) {
    return lists[node];
  }
}
