package dev.holdfast.benchmarks.load;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Which item an operation is for. Thread-safe. */
public sealed interface ItemChoice {
  /** From 0 to one less than the number of items. */
  long next(SplittableRandom random);

  /** Every item is as likely as any other. */
  record Uniform(long itemCount) implements ItemChoice {
    @Override
    public long next(SplittableRandom random) {
      return random.nextLong(itemCount);
    }
  }

  /**
   * Item i, counted from 0, has the weight 1 / (i + 1)^exponent. Source: Zipf's law, with the
   * exponent 0.99 of YCSB's core workloads (Cooper et al., SoCC 2010).
   */
  final class Zipf implements ItemChoice {
    /** The probability of an item, or of one before it. */
    private final double[] cumulated;

    public Zipf(int itemCount, double exponent) {
      double[] weights = new double[itemCount];
      double sum = 0;
      for (int item = 0; item < itemCount; item++) {
        sum += Math.pow(item + 1.0, -exponent);
        weights[item] = sum;
      }
      for (int item = 0; item < itemCount; item++) {
        weights[item] /= sum;
      }
      this.cumulated = weights;
    }

    @Override
    public long next(SplittableRandom random) {
      int found = Arrays.binarySearch(cumulated, random.nextDouble());
      return Math.min(cumulated.length - 1, found >= 0 ? found + 1 : -found - 1);
    }
  }
}
