package dev.holdfast.partition.placement.view;

import dev.holdfast.protocol.model.KeySample;
import java.util.List;

/**
 * What the leader knows of the keys that are asked for: a uniform sample of recent requests, reads
 * and writes in the proportion they came.
 *
 * @param hottestKeyShare how much of the load falls on the most wanted key, from 0 to 1
 * @param sequentialShare how much of the load falls on keys beyond all earlier ones (or before
 *     them), from 0 to 1
 */
public record KeySamples(List<KeySample> samples, double hottestKeyShare, double sequentialShare) {
  /** More are not looked at: a reservoir of this size finds the middle to within a few percent. */
  public static final int SAMPLE_COUNT_MAX = 1024;

  public static final KeySamples NONE = new KeySamples(List.of(), 0, 0);

  public KeySamples {
    samples = List.copyOf(samples);
    if (samples.size() > SAMPLE_COUNT_MAX) {
      throw new IllegalArgumentException(samples.size() + " samples");
    }
    if (!isShare(hottestKeyShare) || !isShare(sequentialShare)) {
      throw new IllegalArgumentException("not shares: " + hottestKeyShare + ", " + sequentialShare);
    }
  }

  private static boolean isShare(double value) {
    return value >= 0 && value <= 1;
  }
}
