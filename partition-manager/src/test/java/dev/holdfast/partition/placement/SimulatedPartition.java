package dev.holdfast.partition.placement;

import dev.holdfast.partition.placement.view.ChangeTimes;
import dev.holdfast.partition.placement.view.DataSize;
import dev.holdfast.partition.placement.view.KeySamples;
import dev.holdfast.partition.placement.view.Load;
import dev.holdfast.partition.placement.view.LoadHistory;
import dev.holdfast.partition.placement.view.PartitionView;
import dev.holdfast.partition.placement.view.ReplicaView;
import dev.holdfast.partition.placement.view.Step;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A partition of the simulation, and what its leader would report. */
final class SimulatedPartition {
  final PartitionId id;
  final List<NodeId> replicas;

  /** Inclusive. */
  long start;

  /** Exclusive. */
  long end;

  @Nullable NodeId leader;
  @Nullable NodeId lagging;
  @Nullable Step step;
  long bytes;
  long epoch = 1;
  double units;

  private final Extremes sustained;
  private final Extremes peak;
  private long observedSinceMicros;
  private long reshapedMicros = ChangeTimes.NEVER;
  private long leaderMovedMicros = ChangeTimes.NEVER;
  private long replicasMovedMicros = ChangeTimes.NEVER;
  private @Nullable PartitionView cached;
  private KeySamples samples = KeySamples.NONE;

  /** The load, and the range, that were sampled. */
  private @Nullable SimulatedLoad sampledLoad;

  private long sampledEpoch;
  private @Nullable SimulatedLoad measuredLoad;
  private long measuredEpoch;
  private double exactUnits;

  SimulatedPartition(
      PartitionId id, long start, long end, List<NodeId> replicas, PlannerOptions options) {
    this.id = id;
    this.start = start;
    this.end = end;
    this.replicas = new ArrayList<>(replicas);
    sustained = new Extremes(options.split().heat().window().toNanos() / 1000);
    peak = new Extremes(options.merge().window().toNanos() / 1000);
  }

  /** Least and greatest over the last one to two windows, in two buckets. */
  private static final class Extremes {
    final long windowMicros;
    long bucket = Long.MIN_VALUE;
    double least;
    double greatest;
    double leastBefore;
    double greatestBefore;

    Extremes(long windowMicros) {
      this.windowMicros = windowMicros;
    }

    /** Returns whether anything changed. */
    boolean add(long nowMicros, double value) {
      double oldLeast = Math.min(least, leastBefore);
      double oldGreatest = Math.max(greatest, greatestBefore);
      if (nowMicros / windowMicros != bucket) {
        boolean first = bucket == Long.MIN_VALUE;
        bucket = nowMicros / windowMicros;
        leastBefore = first ? value : least;
        greatestBefore = first ? value : greatest;
        least = value;
        greatest = value;
      }
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
      return oldLeast != Math.min(least, leastBefore)
          || oldGreatest != Math.max(greatest, greatestBefore);
    }

    void forget() {
      bucket = Long.MIN_VALUE;
    }
  }

  /**
   * @param noise by which what is measured differs from what is
   */
  @SuppressWarnings("ReferenceEquality") // a load is changed by making another
  void observe(long nowMicros, SimulatedLoad load, double noise) {
    if (measuredLoad != load || measuredEpoch != epoch) {
      exactUnits = load.units(start, end);
      measuredLoad = load;
      measuredEpoch = epoch;
    }
    boolean changed = exactUnits * noise != units;
    units = exactUnits * noise;
    changed |= sustained.add(nowMicros, units);
    changed |= peak.add(nowMicros, units);
    if (changed) {
      cached = null;
    }
  }

  /** Something of the view is not what it was. */
  void changed() {
    cached = null;
  }

  void reshaped(long nowMicros) {
    reshapedMicros = nowMicros;
    observedSinceMicros = nowMicros;
    sustained.forget();
    peak.forget();
    epoch++;
    changed();
  }

  void leaderMoved(long nowMicros, NodeId to) {
    leaderMovedMicros = nowMicros;
    leader = to;
    changed();
  }

  void replicasMoved(long nowMicros) {
    replicasMovedMicros = nowMicros;
    epoch++;
    changed();
  }

  /** Keys are sampled anew when the load or the range is another. */
  @SuppressWarnings("ReferenceEquality") // a load is changed by making another
  PartitionView view(SimulatedLoad load, Random random, double samplesFromUnits) {
    PartitionView view = cached;
    boolean sampled = units >= samplesFromUnits && step == null;
    if (sampled && (sampledLoad != load || sampledEpoch != epoch)) {
      samples = load.samples(random, start, end);
      sampledLoad = load;
      sampledEpoch = epoch;
      view = null;
    }
    if (view == null) {
      view = makeView(sampled ? samples : KeySamples.NONE);
      cached = view;
    }
    return view;
  }

  private PartitionView makeView(KeySamples keys) {
    KeyRange range =
        new KeyRange(
            start == 0 ? Bytes.EMPTY : SimulatedLoad.key(start),
            end == SimulatedLoad.KEY_COUNT ? null : SimulatedLoad.key(end));
    List<ReplicaView> views = new ArrayList<>(replicas.size());
    for (NodeId node : replicas) {
      views.add(new ReplicaView(node, node.equals(lagging) ? Long.MAX_VALUE : 0));
    }
    LoadHistory history =
        new LoadHistory(
            load(units),
            load(Math.min(sustained.least, sustained.leastBefore)),
            load(Math.max(peak.greatest, peak.greatestBefore)),
            observedSinceMicros);
    return new PartitionView(
        new ClusterMap.Partition(id, epoch, range, replicas),
        leader,
        views,
        history,
        keys,
        new DataSize(bytes, SimulatedLoad.key(start + (end - start) / 2)),
        new ChangeTimes(reshapedMicros, leaderMovedMicros, replicasMovedMicros, ChangeTimes.NEVER),
        step);
  }

  /** Half of the units are reads, half are writes, which cost four each. */
  private static Load load(double units) {
    return new Load(units / 2, units / 8, 0);
  }

  @Override
  public String toString() {
    return id
        + " of "
        + bytes
        + " bytes, "
        + units
        + " units/s, on "
        + replicas
        + ", led by "
        + leader
        + ", step "
        + step;
  }
}
