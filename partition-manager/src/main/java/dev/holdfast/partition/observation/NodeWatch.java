package dev.holdfast.partition.observation;

import dev.holdfast.partition.placement.view.NodeView;
import dev.holdfast.partition.placement.view.NodeView.Pace;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.rpc.NodeReport.Vitals;

/**
 * One node over time: whether it answers, and whether it is slow. It becomes slow when it stalls
 * for several reports in a row, by far more than the others do, and recovers when it has not for
 * longer: so leaders do not go back and forth with every measurement.
 */
final class NodeWatch {
  private static final int SLOW_AFTER_COUNT = 3;
  private static final int FINE_AFTER_COUNT = 10;
  private static final long OTHERS_FACTOR = 4;
  private static final long STAYS = -1;

  private static final Vitals UNKNOWN = new Vitals(0, 1, 0, 0, false);

  private long seenMicros;
  private Vitals vitals = UNKNOWN;
  private Pace pace = Pace.FINE;
  private int contraryCount;
  private long leavingSinceMicros = STAYS;

  /** It is not dead before it had the time to answer. */
  NodeWatch(long nowMicros) {
    this.seenMicros = nowMicros;
  }

  /**
   * @param usualStallMicros of the cluster's nodes, at the median
   */
  void answered(long nowMicros, Vitals now, long usualStallMicros, ObserverOptions options) {
    seenMicros = nowMicros;
    vitals = now;
    long slowFrom = Math.max(options.stallMin().toNanos() / 1000, OTHERS_FACTOR * usualStallMicros);
    boolean isContrary =
        pace == Pace.FINE ? now.stallMicros() > slowFrom : now.stallMicros() < slowFrom / 2;
    contraryCount = isContrary ? contraryCount + 1 : 0;
    if (contraryCount >= (pace == Pace.FINE ? SLOW_AFTER_COUNT : FINE_AFTER_COUNT)) {
      pace = pace == Pace.FINE ? Pace.SLOW : Pace.FINE;
      contraryCount = 0;
    }
  }

  /** Whether an operator wants it emptied, as the map says. */
  void stands(ClusterMap.Standing standing, long nowMicros) {
    if (standing == ClusterMap.Standing.ACTIVE) {
      leavingSinceMicros = STAYS;
    } else if (leavingSinceMicros == STAYS) {
      leavingSinceMicros = nowMicros;
    }
  }

  Vitals vitals() {
    return vitals;
  }

  /** One that has not the time of the others must not lead either (R12). */
  Pace pace() {
    return vitals.astray() ? Pace.SLOW : pace;
  }

  NodeView.State state(long nowMicros, ObserverOptions options) {
    if (nowMicros - seenMicros > options.silence().toNanos() / 1000) {
      return new NodeView.Dead(seenMicros);
    }
    return leavingSinceMicros == STAYS
        ? new NodeView.Live()
        : new NodeView.Decommissioning(leavingSinceMicros);
  }
}
