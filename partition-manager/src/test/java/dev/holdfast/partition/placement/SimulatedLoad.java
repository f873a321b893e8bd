package dev.holdfast.partition.placement;

import dev.holdfast.partition.placement.view.KeySamples;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeySample;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Which keys are asked for, and how often: weights of points in a keyspace of 48-bit numbers. */
final class SimulatedLoad {
  /** Keys are numbers below this. */
  static final long KEY_COUNT = 1L << 48;

  private static final int SAMPLE_COUNT = 96;

  private final long[] points;

  /** Weight of all points before each, with the total at the end. */
  private final double[] before;

  private final double unitsPerSecond;
  private final double sequentialShare;

  private SimulatedLoad(
      long[] points, double[] weights, double unitsPerSecond, double sequentialShare) {
    this.points = points;
    this.unitsPerSecond = unitsPerSecond;
    this.sequentialShare = sequentialShare;
    before = new double[points.length + 1];
    for (int i = 0; i < points.length; i++) {
      before[i + 1] = before[i] + weights[i];
    }
  }

  /** Keys all over the place, the n-th most wanted asked for {@code n^-exponent} times as often. */
  static SimulatedLoad zipf(Random random, int keyCount, double exponent, double unitsPerSecond) {
    double[] weights = new double[keyCount];
    for (int i = 0; i < keyCount; i++) {
      int other = random.nextInt(i + 1);
      weights[i] = weights[other];
      weights[other] = Math.pow(i + 1, -exponent);
    }
    return new SimulatedLoad(
        random.longs(keyCount, 0, KEY_COUNT).sorted().toArray(), weights, unitsPerSecond, 0);
  }

  /** Half of the load all over the place, half within a thousandth of the keyspace. */
  static SimulatedLoad hotspot(Random random, int keyCount, double unitsPerSecond) {
    long width = KEY_COUNT / 1000;
    long hot = random.nextLong(KEY_COUNT - width);
    long[] points = new long[keyCount];
    for (int i = 0; i < keyCount; i++) {
      points[i] = i % 2 == 0 ? random.nextLong(KEY_COUNT) : hot + random.nextLong(width);
    }
    java.util.Arrays.sort(points);
    double[] weights = new double[keyCount];
    java.util.Arrays.fill(weights, 1);
    return new SimulatedLoad(points, weights, unitsPerSecond, 0);
  }

  /** Every request is for a key beyond all before. */
  static SimulatedLoad sequential(long head, double unitsPerSecond) {
    long[] points = new long[100];
    double[] weights = new double[100];
    for (int i = 0; i < points.length; i++) {
      points[i] = head + i;
      weights[i] = 1;
    }
    return new SimulatedLoad(points, weights, unitsPerSecond, 1);
  }

  /** The same keys, asked for more or less often. */
  SimulatedLoad times(double factor) {
    double[] weights = new double[points.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = before[i + 1] - before[i];
    }
    return new SimulatedLoad(points, weights, unitsPerSecond * factor, sequentialShare);
  }

  /** Units per second of the keys from {@code start} inclusive to {@code end} exclusive. */
  double units(long start, long end) {
    double weight = before[index(end)] - before[index(start)];
    return unitsPerSecond * weight / before[points.length];
  }

  /** What the leader of that range would report. */
  KeySamples samples(Random random, long start, long end) {
    int first = index(start);
    int last = index(end);
    double weight = before[last] - before[first];
    if (weight <= 0) {
      return KeySamples.NONE;
    }
    double hottest = 0;
    for (int i = first; i < last; i++) {
      hottest = Math.max(hottest, before[i + 1] - before[i]);
    }
    List<KeySample> samples = new ArrayList<>(SAMPLE_COUNT);
    for (int i = 0; i < SAMPLE_COUNT; i++) {
      int at = java.util.Arrays.binarySearch(before, before[first] + random.nextDouble() * weight);
      int point = Math.min(last - 1, Math.max(first, at >= 0 ? at : -at - 2));
      samples.add(
          KeySample.ofKey(
              i % 2 == 0 ? KeySample.Kind.READ : KeySample.Kind.WRITE, key(points[point])));
    }
    return new KeySamples(samples, Math.min(1, hottest / weight), sequentialShare);
  }

  /** The first point at or beyond a key. */
  private int index(long key) {
    int at = java.util.Arrays.binarySearch(points, key);
    while (at > 0 && points[at - 1] == key) {
      at--;
    }
    return at >= 0 ? at : -at - 1;
  }

  static Bytes key(long number) {
    byte[] bytes = new byte[Long.BYTES];
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[i] = (byte) (number >>> (Long.SIZE - Byte.SIZE * (i + 1)));
    }
    return Bytes.wrap(bytes);
  }

  static long number(Bytes key) {
    long number = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      number = number << Byte.SIZE | (key.get(i) & 0xff);
    }
    return number;
  }
}
