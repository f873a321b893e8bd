package dev.holdfast.partition.placement;

/** How much each node has to do with steps planned or in progress: each kind has a limit. */
final class NodeBudgets {
  private final int[] leadersGiven;
  private final int[] leadersTaken;
  private final int[] replicasSent;
  private final int[] replicasReceived;
  private final int[] reshapings;

  NodeBudgets(int nodeCount) {
    leadersGiven = new int[nodeCount];
    leadersTaken = new int[nodeCount];
    replicasSent = new int[nodeCount];
    replicasReceived = new int[nodeCount];
    reshapings = new int[nodeCount];
  }

  void leaderMoves(int from, int to) {
    leadersGiven[from]++;
    leadersTaken[to]++;
  }

  int leadersGiven(int node) {
    return leadersGiven[node];
  }

  int leadersTaken(int node) {
    return leadersTaken[node];
  }

  /**
   * @param from the leader's node, which sends the data; {@link Round#NOBODY} if there is none now
   */
  void transfers(int from, int to) {
    if (from != Round.NOBODY) {
      replicasSent[from]++;
    }
    replicasReceived[to]++;
  }

  int replicasSent(int node) {
    return replicasSent[node];
  }

  int replicasReceived(int node) {
    return replicasReceived[node];
  }

  /** A split or merge is led by the node, if anybody leads it. */
  void reshaping(int node) {
    if (node != Round.NOBODY) {
      reshapings[node]++;
    }
  }

  int reshapings(int node) {
    return reshapings[node];
  }
}
