package dev.holdfast.partition.placement.view;

import dev.holdfast.protocol.model.KeySample;

/**
 * What load costs the leader, in <em>units</em>: a small strong read costs about one.
 *
 * <p>The defaults are rough: a write costs a log entry, an fsync and an apply beside what a read
 * costs. Only their proportions matter to balance; limits in units move with them.
 *
 * @param readUnits per read; default 1
 * @param writeUnits per write; default 4
 * @param kibUnits per KiB read or written; default 0.1
 * @param groupUnits per second for leading a partition that does nothing: heartbeats; default 5, so
 *     that leaders of idle partitions spread by count
 */
public record LoadWeights(double readUnits, double writeUnits, double kibUnits, double groupUnits) {
  public static final LoadWeights DEFAULT = new LoadWeights(1, 4, 0.1, 5);

  private static final double KIB = 1024;

  public LoadWeights {
    if (!(readUnits > 0 && writeUnits > 0 && kibUnits >= 0 && groupUnits > 0)) {
      throw new IllegalArgumentException("costs must be above zero");
    }
  }

  /** Units per second of the requests alone. */
  public double units(Load load) {
    return load.readsPerSecond() * readUnits
        + load.writesPerSecond() * writeUnits
        + load.bytesPerSecond() / KIB * kibUnits;
  }

  /** Units of one sampled request, whose size is not known. */
  public double units(KeySample sample) {
    return sample.kind() == KeySample.Kind.READ ? readUnits : writeUnits;
  }

  /** Units per second that the leader of a partition with this load spends. */
  public double leaderUnits(Load load) {
    return units(load) + groupUnits;
  }
}
