package dev.holdfast.partition.placement.shape;

import dev.holdfast.partition.placement.view.LoadWeights;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeySample;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.SortedSet;

/**
 * How a key divides sampled load, in units.
 *
 * @param left of requests whose keys all lie before {@code key}
 * @param right of requests whose keys all are {@code key} or beyond
 * @param contained of requests that span {@code key}: both sides would serve them
 */
record LoadDivision(Bytes key, double left, double right, double contained) {
  /** From 0, halves, to 1, all on one side. */
  double imbalance() {
    return left + right == 0 ? 1 : Math.abs(left - right) / (left + right);
  }

  double containedShare() {
    return contained / (left + right + contained);
  }

  /** How bad the key is: the smaller the better. */
  double badness() {
    return imbalance() + containedShare();
  }

  boolean isGood(SplitOptions.Division limits) {
    return imbalance() < limits.imbalanceMax() && containedShare() < limits.containedShareMax();
  }

  /**
   * The best of the keys: a good one before one that is not, then the least bad, then the least.
   * Sorts and then walks once: {@code n log n} comparisons of keys.
   *
   * @param keys not empty
   * @param samples not empty
   */
  static LoadDivision best(
      SortedSet<Bytes> keys,
      List<KeySample> samples,
      LoadWeights weights,
      SplitOptions.Division limits) {
    KeySample[] byFirst = sorted(samples, Comparator.comparing(KeySample::first));
    KeySample[] byLast = sorted(samples, Comparator.comparing(KeySample::last));
    double total = 0;
    for (KeySample sample : byFirst) {
      total += weights.units(sample);
    }
    int firstIndex = 0;
    int lastIndex = 0;
    double startedBefore = 0;
    double endedBefore = 0;
    Iterator<Bytes> each = keys.iterator();
    LoadDivision best = null;
    do {
      Bytes key = each.next();
      while (firstIndex < byFirst.length && byFirst[firstIndex].first().compareTo(key) < 0) {
        startedBefore += weights.units(byFirst[firstIndex++]);
      }
      while (lastIndex < byLast.length && byLast[lastIndex].last().compareTo(key) < 0) {
        endedBefore += weights.units(byLast[lastIndex++]);
      }
      LoadDivision division =
          new LoadDivision(
              key,
              endedBefore,
              Math.max(0, total - startedBefore),
              Math.max(0, startedBefore - endedBefore));
      best = best == null || division.isBetterThan(best, limits) ? division : best;
    } while (each.hasNext());
    return best;
  }

  private boolean isBetterThan(LoadDivision other, SplitOptions.Division limits) {
    if (isGood(limits) != other.isGood(limits)) {
      return isGood(limits);
    }
    return badness() < other.badness();
  }

  private static KeySample[] sorted(List<KeySample> samples, Comparator<KeySample> order) {
    KeySample[] sorted = samples.toArray(KeySample[]::new);
    Arrays.sort(sorted, order);
    return sorted;
  }
}
