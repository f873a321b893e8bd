package dev.holdfast.partition.placement;

import java.util.Comparator;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * What each node carries, of load or of data, in proportion to its cores.
 *
 * <p>A move is worth its gain: by how much it lowers the sum of {@code carried² / cores}. That sum
 * falls with every move that gains, so moves come to an end while the load stays as it is.
 */
final class Scales {
  private static final double MOVED_SLACK_FACTOR = 3;

  private final double[] carried;
  private final double[] cores;
  private final NavigableSet<Integer> lightestFirst;
  private double total;
  private double memberCores;

  /**
   * @param nodeCount with the number that stands for nodes not listed
   */
  Scales(NodeRoster roster, int nodeCount) {
    carried = new double[nodeCount];
    cores = new double[nodeCount];
    for (int node = 0; node < nodeCount; node++) {
      cores[node] = roster.cores(node);
    }
    lightestFirst =
        new TreeSet<>(
            Comparator.comparingDouble((Integer node) -> relative(node))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** From now on the node shares in what is carried, whatever it carries already. */
  void join(int node) {
    memberCores += cores[node];
    lightestFirst.add(node);
  }

  /** Puts what has no place yet, or what may not stay where it is, on the scales. */
  void put(int node, double amount) {
    total += amount;
    change(node, amount);
  }

  /** Takes away what is about to go. */
  void take(int node, double amount) {
    total -= amount;
    change(node, -amount);
  }

  void move(int from, int to, double amount) {
    change(from, -amount);
    change(to, amount);
  }

  private void change(int node, double amount) {
    boolean member = lightestFirst.remove(node);
    carried[node] += amount;
    if (member) {
      lightestFirst.add(node);
    }
  }

  double relative(int node) {
    return carried[node] / cores[node];
  }

  /** What each core would carry if everything was shared by the members. */
  double mean() {
    return memberCores == 0 ? 0 : total / memberCores;
  }

  boolean isHeavy(int node, double tolerance) {
    return relative(node) > mean() * (1 + tolerance);
  }

  boolean isLight(int node, double tolerance) {
    return relative(node) < mean() * (1 - tolerance);
  }

  /**
   * By how much a move evens things out beyond the slack; above zero only if it is worth making.
   *
   * @param slack share of the mean, and three times that of what moves: the larger it is, the more
   *     the noise in its own measurement could make a move look good that is taken back next time
   */
  double gain(int from, int to, double amount, double slack) {
    double before = amount * (2 * carried[from] - amount) / cores[from];
    double after = amount * (2 * carried[to] + amount) / cores[to];
    double margin = slack * (mean() + MOVED_SLACK_FACTOR * amount / cores[from]);
    return before - after - 2 * amount * margin;
  }

  /** The members; not to be changed while it is walked. */
  NavigableSet<Integer> lightestFirst() {
    return lightestFirst;
  }
}
