package dev.holdfast.partition.placement.shape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.partition.placement.shape.SplitVerdict.Cut;
import dev.holdfast.partition.placement.view.KeySamples;
import dev.holdfast.partition.placement.view.LoadWeights;
import dev.holdfast.partition.placement.view.PartitionView;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySample;
import dev.holdfast.protocol.model.KeySample.Kind;
import dev.holdfast.protocol.model.KeySample.Presence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** The decision against one that counts every sample for every key. */
class SplitDeciderProperties {
  private static final SplitOptions.Division LIMITS = SplitOptions.Division.DEFAULT;

  @Property(tries = 500)
  void aCutLiesStrictlyInsideTheRangeAndDividesTheLoadAsPromised(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 200) int sampleCount,
      @ForAll @IntRange(min = 1, max = 60) int keyCount,
      @ForAll @IntRange(max = 30) int rangeLengthMax) {
    Random random = new Random(seed);
    List<KeySample> samples = samples(random, sampleCount, keyCount, rangeLengthMax);
    KeyRange range = new KeyRange(key(random.nextInt(keyCount)), key(keyCount + 100));
    PartitionView partition = Partitions.hot(range, new KeySamples(samples, 0, 0));

    SplitVerdict verdict = Partitions.decide(partition);

    List<Counted> good = goodCuts(samples, range);
    if (verdict instanceof Cut cut) {
      assertThat(range.startInclusive()).isLessThan(cut.key());
      assertThat(range.contains(cut.key())).isTrue();
      assertThat(good).extracting(Counted::key).contains(cut.key());
      double least = good.stream().mapToDouble(Counted::badness).min().orElseThrow();
      assertThat(Counted.of(cut.key(), samples).badness()).isLessThan(least + 1e-9);
    } else if (sampleCount >= LIMITS.sampleCountMin() && !isMostlyAbsent(samples)) {
      assertThat(good).as("%s", verdict.sentence()).isEmpty();
    }
  }

  @Property(tries = 300)
  void oneHotKeyIsNeverSplitFor(
      @ForAll long seed, @ForAll @DoubleRange(min = 0.63, max = 1) double share) {
    Random random = new Random(seed);
    List<KeySample> samples = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      boolean hot = i < Math.ceil(200 * share);
      samples.add(KeySample.ofKey(Kind.WRITE, key(hot ? 50 : random.nextInt(100))));
    }
    Collections.shuffle(samples, random);

    // whether or not the leader has noticed the key
    SplitVerdict told =
        Partitions.decide(Partitions.hot(KeyRange.ALL, new KeySamples(samples, share, 0)));
    SplitVerdict untold =
        Partitions.decide(Partitions.hot(KeyRange.ALL, new KeySamples(samples, 0, 0)));

    assertThat(told).isInstanceOf(SplitVerdict.OneHotKey.class);
    assertThat(untold).isInstanceOf(SplitVerdict.Uneven.class);
  }

  @Property(tries = 200)
  void theVerdictDoesNotDependOnTheOrderOfSamples(@ForAll long seed) {
    Random random = new Random(seed);
    List<KeySample> samples = samples(random, 100, 40, 5);
    List<KeySample> shuffled = new ArrayList<>(samples);
    Collections.shuffle(shuffled, random);

    assertThat(
            Partitions.decide(Partitions.hot(KeyRange.ALL, new KeySamples(shuffled, 0, 0)))
                .sentence())
        .isEqualTo(
            Partitions.decide(Partitions.hot(KeyRange.ALL, new KeySamples(samples, 0, 0)))
                .sentence());
  }

  private static List<KeySample> samples(
      Random random, int count, int keyCount, int rangeLengthMax) {
    List<KeySample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int first = random.nextInt(keyCount);
      int last = first + (random.nextInt(3) == 0 ? random.nextInt(rangeLengthMax + 1) : 0);
      samples.add(
          new KeySample(
              random.nextBoolean() ? Kind.READ : Kind.WRITE,
              key(first),
              key(last),
              random.nextInt(5) == 0 ? Presence.ABSENT : Presence.STORED));
    }
    return samples;
  }

  private static boolean isMostlyAbsent(List<KeySample> samples) {
    double total = samples.stream().mapToDouble(LoadWeights.DEFAULT::units).sum();
    double absent =
        samples.stream()
            .filter(sample -> sample.presence() == Presence.ABSENT)
            .mapToDouble(LoadWeights.DEFAULT::units)
            .sum();
    return absent / total > LIMITS.absentShareMax();
  }

  private static List<Counted> goodCuts(List<KeySample> samples, KeyRange range) {
    TreeSet<Bytes> keys = new TreeSet<>();
    samples.stream()
        .filter(sample -> sample.presence() == Presence.STORED)
        .forEach(sample -> keys.add(sample.first()));
    return keys.stream()
        .filter(key -> range.contains(key) && !key.equals(range.startInclusive()))
        .map(key -> Counted.of(key, samples))
        .filter(Counted::isGood)
        .toList();
  }

  /** Load left and right of a key, and across it, counted one by one. */
  private record Counted(Bytes key, double left, double right, double contained) {
    static Counted of(Bytes key, List<KeySample> samples) {
      double left = 0;
      double right = 0;
      double contained = 0;
      for (KeySample sample : samples) {
        double units = LoadWeights.DEFAULT.units(sample);
        if (sample.last().compareTo(key) < 0) {
          left += units;
        } else if (sample.first().compareTo(key) >= 0) {
          right += units;
        } else {
          contained += units;
        }
      }
      return new Counted(key, left, right, contained);
    }

    double imbalance() {
      return left + right == 0 ? 1 : Math.abs(left - right) / (left + right);
    }

    double containedShare() {
      return contained / (left + right + contained);
    }

    double badness() {
      return imbalance() + containedShare();
    }

    boolean isGood() {
      return imbalance() < LIMITS.imbalanceMax() && containedShare() < LIMITS.containedShareMax();
    }
  }

  private static Bytes key(int number) {
    return Bytes.wrap(new byte[] {1, (byte) (number >>> 8), (byte) number});
  }
}
