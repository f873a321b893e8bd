package dev.holdfast.protocol.rpc;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeySample;
import dev.holdfast.protocol.model.PartitionId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells the controller with every heartbeat (design section 9). Counters only grow as
 * long as the process lives, so that any number of controllers may look at them.
 *
 * @param mapEpoch of the newest map that the node knows; 0 if it knows none
 * @param led the load of the partitions that it leads
 */
public record NodeReport(NodeStatus status, long mapEpoch, Vitals vitals, List<PartitionLoad> led) {
  /** A report carries no more samples of one partition's keys. */
  public static final int SAMPLE_COUNT_MAX = 256;

  /**
   * How the machine does.
   *
   * @param clockMicros monotonic, since some moment of the process's life
   * @param cores that the process may use; above zero
   * @param cpuShare how much of them is busy, from 0 to 1
   * @param stallMicros by how much timers and flushes of the disk are late, at their median lately
   * @param astray whether its time is not that of the other nodes, so that it must not lead
   */
  public record Vitals(
      long clockMicros, double cores, double cpuShare, long stallMicros, boolean astray) {}

  /**
   * What one partition was asked since its leader began to lead it.
   *
   * @param epoch of the range that was sampled
   * @param term of the leader: its counters begin with it
   * @param reads how many so far
   * @param writes how many so far
   * @param bytes read and written so far
   * @param keys of recent requests
   * @param middleKey a stored key with half of the data before it, where it is large; otherwise
   *     null
   */
  public record PartitionLoad(
      PartitionId partition,
      long epoch,
      long term,
      long reads,
      long writes,
      long bytes,
      Keys keys,
      @Nullable Bytes middleKey) {}

  /**
   * A uniform sample of recent requests.
   *
   * @param hottestShare how much of the sample is on one key, from 0 to 1
   * @param sequentialShare how much of it is beyond, or before, all that came earlier, from 0 to 1
   */
  public record Keys(List<KeySample> samples, double hottestShare, double sequentialShare) {
    public static final Keys NONE = new Keys(List.of(), 0, 0);

    public Keys {
      samples = List.copyOf(samples);
      if (samples.size() > SAMPLE_COUNT_MAX) {
        throw new IllegalArgumentException(samples.size() + " samples");
      }
    }
  }

  public NodeReport {
    led = List.copyOf(led);
  }
}
