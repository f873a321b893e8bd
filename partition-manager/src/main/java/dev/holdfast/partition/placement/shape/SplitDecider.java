package dev.holdfast.partition.placement.shape;

import dev.holdfast.partition.placement.view.KeySamples;
import dev.holdfast.partition.placement.view.LoadWeights;
import dev.holdfast.partition.placement.view.PartitionView;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySample;
import dev.holdfast.protocol.model.KeySample.Presence;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.TableId;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * Decides whether and where a partition is split. A pure function: the same view, the same verdict.
 *
 * <ul>
 *   <li>A key it names lies strictly inside the range, and inside no item collection of a table
 *       with local indexes.
 *   <li>For heat it names only a key that was asked for and holds data, or the edge of such a key's
 *       collection; both sides keep a fair part of the load.
 *   <li>What is large is split by its data, whatever the load looks like.
 * </ul>
 */
public final class SplitDecider {
  private static final long NANOS_PER_MICRO = 1_000;

  private final Surroundings surroundings;
  private final SplitOptions options;
  private final LoadWeights weights;
  private final CollectionBoundaries boundaries;
  private final long windowMicros;
  private final long cooldownMicros;

  /**
   * What a verdict depends on beside the partition.
   *
   * @param nodeUnitsMean what a node leads on average, in units per second
   * @param replicasPerCore over the whole cluster
   * @param busyReplicasPerCore those of partitions under load
   * @param cores of all nodes together
   * @param indexedTables as in the view
   */
  public record Surroundings(
      long nowMicros,
      double nodeUnitsMean,
      double replicasPerCore,
      double busyReplicasPerCore,
      double cores,
      SortedMap<TableId, KeySchema> indexedTables) {}

  public SplitDecider(Surroundings surroundings, SplitOptions options, LoadWeights weights) {
    this.surroundings = surroundings;
    this.options = options;
    this.weights = weights;
    this.boundaries = new CollectionBoundaries(surroundings.indexedTables());
    this.windowMicros = options.heat().window().toNanos() / NANOS_PER_MICRO;
    this.cooldownMicros = options.cooldown().toNanos() / NANOS_PER_MICRO;
  }

  /**
   * @param readyCount how many of its replicas are live and up to date
   */
  public SplitVerdict decide(PartitionView partition, int readyCount) {
    if (partition.inProgress() != null) {
      return new SplitVerdict.Busy(partition.inProgress());
    }
    boolean large = partition.size().bytes() > options.size().bytesMax();
    if (!large && !isHot(partition)) {
      return whyNotHot(partition);
    }
    if (partition.leader() == null) {
      return new SplitVerdict.NoLeader();
    }
    int replicaCount = partition.replicas().size();
    if (readyCount <= replicaCount / 2) {
      return new SplitVerdict.ReplicasBehind(readyCount, replicaCount);
    }
    long cooledMicros = partition.changes().reshapedMicros() + cooldownMicros;
    if (surroundings.nowMicros() < cooledMicros) {
      return new SplitVerdict.CoolingDown(cooledMicros - surroundings.nowMicros());
    }
    if (large) {
      return decideLarge(partition);
    }
    return decideHot(partition);
  }

  /** Units per second from which a partition counts as hot in these surroundings. */
  public double hotUnits() {
    SplitOptions.Heat heat = options.heat();
    double uneven = heat.unevenShare() * surroundings.nodeUnitsMean();
    return Math.min(heat.unitsPerSecond(), Math.max(heat.unevenUnitsPerSecond(), uneven));
  }

  private boolean isHot(PartitionView partition) {
    long observedMicros = surroundings.nowMicros() - partition.load().observedSinceMicros();
    return observedMicros >= windowMicros
        && weights.units(partition.load().sustained()) >= hotUnits();
  }

  private SplitVerdict whyNotHot(PartitionView partition) {
    double current = weights.units(partition.load().current());
    return current < hotUnits()
        ? new SplitVerdict.NotHot(current, hotUnits())
        : new SplitVerdict.NotHotForLong(current, windowMicros);
  }

  /** Where its load can be divided, there; else in the middle of its data. */
  private SplitVerdict decideLarge(PartitionView partition) {
    if (isHot(partition) && decideHot(partition) instanceof SplitVerdict.Cut cut) {
      return cut;
    }
    Bytes middle = partition.size().middleKey();
    if (middle == null) {
      return new SplitVerdict.NoKeyInside();
    }
    List<Bytes> cuts = boundaries.cutsNear(middle, partition.partition().range());
    if (cuts.isEmpty()) {
      return boundaries.isIndexed(middle)
          ? new SplitVerdict.InsideCollection()
          : new SplitVerdict.NoKeyInside();
    }
    return new SplitVerdict.Cut(cuts.get(0), SplitVerdict.Cut.Cause.LARGE);
  }

  private SplitVerdict decideHot(PartitionView partition) {
    if (partition.size().bytes() < options.size().bytesMin()) {
      return new SplitVerdict.TooSmall(options.size().bytesMin());
    }
    if (surroundings.replicasPerCore() >= options.replicasPerCoreMax()) {
      return new SplitVerdict.TooManyGroups(
          surroundings.replicasPerCore(), options.replicasPerCoreMax());
    }
    double busyAfter =
        surroundings.busyReplicasPerCore() + partition.replicas().size() / surroundings.cores();
    if (busyAfter > options.busyReplicasPerCoreMax()) {
      return new SplitVerdict.NoCoresFree(busyAfter, options.busyReplicasPerCoreMax());
    }
    KeySamples samples = partition.samples();
    SplitOptions.Division limits = options.division();
    if (samples.samples().size() < limits.sampleCountMin()) {
      return new SplitVerdict.FewSamples(samples.samples().size());
    }
    if (samples.hottestKeyShare() > limits.hottestKeyShareMax()) {
      return new SplitVerdict.OneHotKey(samples.hottestKeyShare());
    }
    if (samples.sequentialShare() > limits.sequentialShareMax()) {
      return new SplitVerdict.Sequential(samples.sequentialShare());
    }
    double absentShare = absentShare(samples.samples());
    if (absentShare > limits.absentShareMax()) {
      return new SplitVerdict.KeysWithoutData(absentShare);
    }
    return divide(partition.partition().range(), samples.samples());
  }

  private double absentShare(List<KeySample> samples) {
    double absent = 0;
    double total = 0;
    for (KeySample sample : samples) {
      double units = weights.units(sample);
      total += units;
      absent += sample.presence() == Presence.ABSENT ? units : 0;
    }
    return absent / total;
  }

  private SplitVerdict divide(KeyRange range, List<KeySample> samples) {
    TreeSet<Bytes> keys = new TreeSet<>();
    boolean indexed = false;
    for (KeySample sample : samples) {
      if (sample.presence() == Presence.STORED && keys.add(sample.first())) {
        indexed |= boundaries.isIndexed(sample.first());
      }
    }
    TreeSet<Bytes> cuts = new TreeSet<>();
    for (Bytes key : keys) {
      cuts.addAll(boundaries.cutsNear(key, range));
    }
    if (cuts.isEmpty()) {
      return indexed ? new SplitVerdict.InsideCollection() : new SplitVerdict.NoKeyInside();
    }
    LoadDivision best = LoadDivision.best(cuts, samples, weights, options.division());
    if (best.isGood(options.division())) {
      return new SplitVerdict.Cut(best.key(), SplitVerdict.Cut.Cause.HOT);
    }
    return best.containedShare() >= options.division().containedShareMax()
        ? new SplitVerdict.RangesSpan(best.containedShare())
        : new SplitVerdict.Uneven(best.imbalance());
  }
}
