package dev.holdfast.partition.placement.shape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.partition.placement.shape.SplitVerdict.Cut;
import dev.holdfast.partition.placement.view.ChangeTimes;
import dev.holdfast.partition.placement.view.DataSize;
import dev.holdfast.partition.placement.view.KeySamples;
import dev.holdfast.partition.placement.view.Load;
import dev.holdfast.partition.placement.view.PartitionView;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.ItemEncoder;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySample;
import dev.holdfast.protocol.model.KeySample.Kind;
import dev.holdfast.protocol.model.KeySample.Presence;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Each verdict once, in the words a person reads. */
class SplitDeciderTest {
  private static final DataSize GIB = new DataSize(1L << 30, null);
  private static final TableId TABLE = new TableId(42);
  private static final KeySchema SCHEMA =
      new KeySchema(new KeyAttribute("k", ScalarType.S), new KeyAttribute("s", ScalarType.N));

  @Test
  void evenHeatIsSplitInTheMiddle() {
    SplitVerdict verdict = Partitions.decide(Partitions.hot(KeyRange.ALL, even(0, 0)));

    assertThat(verdict).isEqualTo(new Cut(key(50), Cut.Cause.HOT));
    assertThat(verdict.sentence()).isEqualTo("split at 0132: it is hot");
  }

  @Test
  void whatIsNotSplitIsExplained() {
    assertThat(sentence(even(0.93, 0))).isEqualTo("not split: 93 % of the load is on one key");
    assertThat(sentence(even(0, 0.8))).isEqualTo("not split: load is sequential (80 %)");
    assertThat(sentence(KeySamples.NONE)).isEqualTo("not split: only 0 requests were sampled");
    assertThat(sentence(new KeySamples(times(100, point(7)), 0, 0)))
        .isEqualTo("not split: even the best key divides the load 100 % to 0 %");
    assertThat(sentence(new KeySamples(times(100, span(0, 90)), 0, 0)))
        .isEqualTo("not split: even the best key divides the load 100 % to 0 %");
    assertThat(sentence(new KeySamples(times(100, absent(7)), 0, 0)))
        .isEqualTo("not split: 100 % of the load is on keys that hold no data");
  }

  @Test
  void requestsThatSpanEveryKeyAreNotDivided() {
    List<KeySample> samples = new ArrayList<>(times(80, span(10, 90)));
    samples.addAll(times(10, point(20)));
    samples.addAll(times(10, point(80)));

    assertThat(sentence(new KeySamples(samples, 0, 0))).contains("of the requests span even");
  }

  @Test
  void smallColdYoungAndCrowdedPartitionsAreLeftAlone() {
    ChangeTimes justSplit =
        new ChangeTimes(Partitions.NOW_MICROS - 20_000_000, 0, 0, ChangeTimes.NEVER);

    assertThat(decide(Partitions.HOT, new DataSize(1 << 20, null), ChangeTimes.UNCHANGED))
        .isEqualTo("not split: smaller than 4 MiB");
    assertThat(decide(new Load(10, 0, 0), GIB, ChangeTimes.UNCHANGED))
        .isEqualTo("not split: its load of 10 units/s is below 20000 units/s");
    assertThat(decide(Partitions.HOT, GIB, justSplit))
        .isEqualTo("not split: cooling down for 40 s");
    assertThat(
            Partitions.decide(Partitions.hot(KeyRange.ALL, even(0, 0)), new TreeMap<>(), 30)
                .sentence())
        .isEqualTo("not split: the nodes carry 30 replicas per core, of at most 24");
  }

  @Test
  void heatSplitsNothingWhereTheHalvesWouldTakeTheCoresFromOneAnother() {
    PartitionView hot = Partitions.hot(KeyRange.ALL, even(0, 0)); // one replica
    assertThat(Partitions.decideWithCores(hot, 0.9).sentence())
        .isEqualTo(
            "not split: the cores are busy with what there is (2.2 replicas under load per core"
                + " after it, of at most 2.0)");
    assertThat(Partitions.decideWithCores(hot, 1)).isInstanceOf(Cut.class);
  }

  @Test
  void whatIsLargeIsSplitByItsDataWhateverTheLoad() {
    DataSize large = new DataSize(5L << 30, key(33));

    SplitVerdict cold =
        Partitions.decide(
            Partitions.of(KeyRange.ALL, Load.NONE, KeySamples.NONE, large, ChangeTimes.UNCHANGED));
    SplitVerdict sequential =
        Partitions.decide(
            Partitions.of(KeyRange.ALL, Partitions.HOT, even(0, 1), large, ChangeTimes.UNCHANGED));

    assertThat(cold).isEqualTo(new Cut(key(33), Cut.Cause.LARGE));
    assertThat(sequential).isEqualTo(new Cut(key(33), Cut.Cause.LARGE));
  }

  @Test
  void aCollectionWithALocalIndexIsNotSplitInsideButBesideIt() {
    SortedMap<TableId, KeySchema> indexed = new TreeMap<>();
    indexed.put(TABLE, SCHEMA);
    List<KeySample> samples = new ArrayList<>();
    TreeSet<Bytes> boundaries = new TreeSet<>();
    for (int i = 0; i < 40; i++) {
      Bytes item = item("c" + i % 4, i);
      samples.add(KeySample.ofKey(Kind.READ, item));
      Bytes start = item.slice(0, KeyEncoding.collectionPrefixSize(SCHEMA, item));
      boundaries.add(start);
      boundaries.add(java.util.Objects.requireNonNull(start.prefixEnd()));
    }
    KeySamples keys = new KeySamples(samples, 0, 0);

    SplitVerdict free = Partitions.decide(Partitions.hot(KeyRange.ALL, keys));
    SplitVerdict bound = Partitions.decide(Partitions.hot(KeyRange.ALL, keys), indexed, 1);

    assertThat(free).isInstanceOf(Cut.class);
    assertThat(bound)
        .isInstanceOfSatisfying(Cut.class, cut -> assertThat(boundaries).contains(cut.key()));
  }

  @Test
  void aSingleCollectionWithALocalIndexIsGivenUp() {
    SortedMap<TableId, KeySchema> indexed = new TreeMap<>();
    indexed.put(TABLE, SCHEMA);
    List<KeySample> samples = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      samples.add(KeySample.ofKey(Kind.READ, item("only", i)));
    }
    Bytes first = item("only", 0);
    Bytes start = first.slice(0, KeyEncoding.collectionPrefixSize(SCHEMA, first));
    KeyRange collection = new KeyRange(start, start.prefixEnd());
    KeySamples keys = new KeySamples(samples, 0, 0);

    assertThat(Partitions.decide(Partitions.hot(collection, keys))).isInstanceOf(Cut.class);
    assertThat(Partitions.decide(Partitions.hot(collection, keys), indexed, 1))
        .isEqualTo(new SplitVerdict.InsideCollection());
  }

  private static String sentence(KeySamples samples) {
    return Partitions.decide(Partitions.hot(KeyRange.ALL, samples)).sentence();
  }

  private static String decide(Load load, DataSize size, ChangeTimes changes) {
    return Partitions.decide(Partitions.of(KeyRange.ALL, load, even(0, 0), size, changes))
        .sentence();
  }

  private static KeySamples even(double hottestShare, double sequentialShare) {
    List<KeySample> samples = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      samples.add(point(i));
    }
    return new KeySamples(samples, hottestShare, sequentialShare);
  }

  private static List<KeySample> times(int count, KeySample sample) {
    return java.util.Collections.nCopies(count, sample);
  }

  private static KeySample point(int number) {
    return KeySample.ofKey(Kind.READ, key(number));
  }

  private static KeySample absent(int number) {
    return new KeySample(Kind.READ, key(number), key(number), Presence.ABSENT);
  }

  private static KeySample span(int first, int last) {
    return new KeySample(Kind.READ, key(first), key(last), Presence.STORED);
  }

  private static Bytes key(int number) {
    return Bytes.wrap(new byte[] {1, (byte) number});
  }

  private static Bytes item(String partitionKey, int sortKey) {
    ItemEncoder encoder = new ItemEncoder();
    encoder.name("k").string(partitionKey);
    encoder.name("s").number(Integer.toString(sortKey));
    Item item = encoder.finish();
    return KeyEncoding.routingKey(TABLE, SCHEMA, item);
  }
}
