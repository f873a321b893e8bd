package dev.holdfast.benchmarks.load;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/**
 * What one measured stretch gave.
 *
 * @param latencyNanos of each successful operation, from its first attempt
 * @param conflictCount attempts that ended because other transactions were in the way
 * @param serverCpuMicros of all server processes together; 0 when they are not known
 * @param clientCpuMicros of the load generator
 * @param steady whether the warm-up ended because the rate had settled, not because time was up
 */
public record Measurement(
    Histogram latencyNanos,
    long errorCount,
    long conflictCount,
    Duration took,
    long serverCpuMicros,
    long clientCpuMicros,
    boolean steady) {

  /** The same, of a system that had settled before. */
  public Measurement ofSettledSystem() {
    return new Measurement(
        latencyNanos, errorCount, conflictCount, took, serverCpuMicros, clientCpuMicros, true);
  }

  public double operationsPerSecond() {
    return latencyNanos.getTotalCount() / (took.toNanos() / 1e9);
  }

  public double latencyMillis(double percentile) {
    return latencyNanos.getValueAtPercentile(percentile) / 1e6;
  }

  public double serverCpuMicrosPerOperation() {
    return (double) serverCpuMicros / Math.max(1, latencyNanos.getTotalCount());
  }

  public double clientCpuMicrosPerOperation() {
    return (double) clientCpuMicros / Math.max(1, latencyNanos.getTotalCount());
  }
}
