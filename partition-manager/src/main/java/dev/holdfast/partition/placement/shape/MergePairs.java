package dev.holdfast.partition.placement.shape;

import dev.holdfast.partition.placement.view.ClusterView;
import dev.holdfast.partition.placement.view.LoadWeights;
import dev.holdfast.partition.placement.view.PartitionView;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Finds neighbours that are worth merging: both cold for long, and together small.
 *
 * <ul>
 *   <li>A partition is in one pair at most.
 *   <li>Whether a step is in progress plays no role, so that a pair whose replicas are being
 *       brought together stays a pair while they are.
 *   <li>Neighbours on the same nodes come first. Of the others only a few are chosen, those with
 *       the most nodes in common: work that has begun is finished before more begins.
 * </ul>
 */
public final class MergePairs {
  private static final long NANOS_PER_MICRO = 1_000;

  private final ClusterView view;
  private final MergeOptions options;
  private final LoadWeights weights;
  private final long windowMicros;
  private final long cooldownMicros;

  /**
   * Two neighbours, by their positions in the view, zero-based.
   *
   * @param sharedCount on how many nodes both have a replica
   */
  public record Pair(int left, int right, int sharedCount, Placement placement) {}

  /** Whether both are on the same nodes, which a merge needs. */
  public enum Placement {
    TOGETHER,
    APART
  }

  public MergePairs(ClusterView view, MergeOptions options, LoadWeights weights) {
    this.view = view;
    this.options = options;
    this.weights = weights;
    this.windowMicros = options.window().toNanos() / NANOS_PER_MICRO;
    this.cooldownMicros = options.cooldown().toNanos() / NANOS_PER_MICRO;
  }

  /** In key order; at most as many as leave the cluster the partitions it keeps. */
  public List<Pair> find() {
    int spareCount = view.partitions().size() - options.partitionCountMin();
    if (spareCount <= 0) {
      return List.of();
    }
    List<Pair> neighbours = coldNeighbours();
    BitSet taken = new BitSet();
    List<Pair> chosen = new ArrayList<>();
    take(neighbours, Placement.TOGETHER, spareCount, taken, chosen);
    List<Pair> apart = new ArrayList<>(neighbours);
    apart.sort(Comparator.comparingInt((Pair pair) -> -pair.sharedCount()));
    int limit = Math.min(spareCount, chosen.size() + options.alignmentsMax());
    take(apart, Placement.APART, limit, taken, chosen);
    chosen.sort(Comparator.comparingInt(Pair::left));
    return chosen;
  }

  private static void take(
      List<Pair> from, Placement placement, int countMax, BitSet taken, List<Pair> chosen) {
    for (Pair pair : from) {
      if (chosen.size() >= countMax) {
        return;
      }
      if (pair.placement() == placement && !taken.get(pair.left()) && !taken.get(pair.right())) {
        taken.set(pair.left());
        taken.set(pair.right());
        chosen.add(pair);
      }
    }
  }

  private List<Pair> coldNeighbours() {
    List<Pair> pairs = new ArrayList<>();
    List<PartitionView> partitions = view.partitions();
    boolean leftCold = isCold(partitions.get(0));
    for (int right = 1; right < partitions.size(); right++) {
      boolean rightCold = isCold(partitions.get(right));
      if (leftCold && rightCold && isSmall(partitions.get(right - 1), partitions.get(right))) {
        Pair pair = pair(right - 1, right);
        boolean movable = partitions.get(right).size().bytes() <= options.alignBytesMax();
        if (movable || pair.placement() == Placement.TOGETHER) {
          pairs.add(pair);
        }
      }
      leftCold = rightCold;
    }
    return pairs;
  }

  private boolean isCold(PartitionView partition) {
    long nowMicros = view.nowMicros();
    return nowMicros - partition.load().observedSinceMicros() >= windowMicros
        && nowMicros - partition.changes().reshapedMicros() >= cooldownMicros
        && nowMicros >= partition.changes().mergeableFromMicros()
        && weights.units(partition.load().peak()) < options.unitsPerSecondMax()
        && partition.size().bytes() <= options.bytesMax();
  }

  private boolean isSmall(PartitionView left, PartitionView right) {
    double units = weights.units(left.load().peak()) + weights.units(right.load().peak());
    return units < options.unitsPerSecondMax()
        && left.size().bytes() + right.size().bytes() <= options.bytesMax();
  }

  private Pair pair(int left, int right) {
    var leftNodes = new TreeSet<>(view.partitions().get(left).partition().replicas());
    var rightNodes = new TreeSet<>(view.partitions().get(right).partition().replicas());
    Placement placement = leftNodes.equals(rightNodes) ? Placement.TOGETHER : Placement.APART;
    leftNodes.retainAll(rightNodes);
    return new Pair(left, right, leftNodes.size(), placement);
  }
}
