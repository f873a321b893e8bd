package dev.holdfast.partition.observation;

import dev.holdfast.partition.placement.view.ChangeTimes;
import dev.holdfast.partition.placement.view.KeySamples;
import dev.holdfast.partition.placement.view.LoadHistory;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.rpc.NodeReport.PartitionLoad;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One partition over time: its load, the keys that are wanted, and when it was changed. */
final class PartitionWatch {
  /** Without a report for longer, what was observed is worth nothing. */
  private static final long GAP_MICROS_MAX = TimeUnit.SECONDS.toMicros(10);

  private final ObserverOptions options;
  private ClusterMap.Partition known;
  private LoadTrack track;
  private @Nullable PartitionLoad last;
  private @Nullable NodeId lastLeader;
  private long lastClockMicros;
  private long heardMicros;
  private long reshapedMicros = ChangeTimes.NEVER;
  private long leaderMovedMicros = ChangeTimes.NEVER;
  private long replicasMovedMicros = ChangeTimes.NEVER;

  /**
   * @param isNew whether it came into being while it was watched, by a split
   */
  PartitionWatch(
      ObserverOptions options, ClusterMap.Partition partition, long nowMicros, boolean isNew) {
    this.options = options;
    this.known = partition;
    this.track = new LoadTrack(options, nowMicros);
    this.heardMicros = nowMicros;
    if (isNew) {
      reshapedMicros = nowMicros;
    }
  }

  /** As the map has it now. */
  void is(ClusterMap.Partition partition, long nowMicros) {
    if (!partition.range().equals(known.range())) {
      reshapedMicros = nowMicros;
      forget(nowMicros);
    }
    if (!partition.replicas().equals(known.replicas())) {
      replicasMovedMicros = nowMicros;
    }
    known = partition;
    if (nowMicros - heardMicros > GAP_MICROS_MAX) {
      forget(nowMicros);
    }
  }

  private void forget(long nowMicros) {
    track = new LoadTrack(options, nowMicros);
    heardMicros = nowMicros;
    last = null;
  }

  /**
   * What its leader reports.
   *
   * @param clockMicros of the leader, when it looked at its counters
   */
  void reported(long nowMicros, NodeId leader, PartitionLoad load, long clockMicros) {
    if (load.epoch() != known.epoch()) {
      return; // it speaks of another range
    }
    PartitionLoad before = last;
    long micros = clockMicros - lastClockMicros;
    if (before != null
        && leader.equals(lastLeader)
        && load.term() == before.term()
        && load.epoch() == before.epoch()
        && micros > 0) {
      track.add(
          nowMicros,
          LoadTrack.rate(
              load.reads() - before.reads(),
              load.writes() - before.writes(),
              load.bytes() - before.bytes(),
              micros),
          micros / 1e6);
    }
    last = load;
    lastLeader = leader;
    lastClockMicros = clockMicros;
    heardMicros = nowMicros;
  }

  void leaderMoved(long nowMicros) {
    leaderMovedMicros = nowMicros;
  }

  LoadHistory load() {
    return track.history();
  }

  KeySamples samples() {
    PartitionLoad load = last;
    return load == null
        ? KeySamples.NONE
        : new KeySamples(
            List.copyOf(load.keys().samples()),
            load.keys().hottestShare(),
            load.keys().sequentialShare());
  }

  @Nullable PartitionLoad last() {
    return last;
  }

  ChangeTimes changes(long mergeableFromMicros) {
    return new ChangeTimes(
        reshapedMicros, leaderMovedMicros, replicasMovedMicros, mergeableFromMicros);
  }
}
