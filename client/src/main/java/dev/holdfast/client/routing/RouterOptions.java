package dev.holdfast.client.routing;

import dev.holdfast.protocol.model.NodeId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Router} behaves; every queue and retry has its limit here (invariant 11).
 *
 * @param preferred the node whose replicas serve what any replica may serve; null: all in turn
 * @param writeAttemptTimeout how long one attempt of a write waits for its answer; longer than an
 *     election, or writes are repeated in vain; default 2 s
 * @param readAttemptTimeout the same for reads, after which another replica is asked; default 1 s
 * @param retryDelayMin the first pause between attempts, doubled each time; default 5 ms
 * @param retryDelayMax the longest pause, and so what it may take to notice a new leader; default
 *     100 ms
 * @param hedgeDelay after how long without an answer a read that any replica may serve is put to
 *     another one too; eight times as long for pages of a query or scan; longer than a usual
 *     answer, or work is done twice; default 30 ms
 * @param inFlightMax operations at a time, beyond which callers are throttled; default 16384
 * @param inFlightBytesMax bytes of items being written at a time; default 64 MiB
 * @param batchProposalsMax writes to one partition that travel in one request; default 256
 * @param batchBytesMax their size, unless it is a single one; default 1 MiB
 * @param batchesInFlightMax requests to one partition under way before writes wait for company;
 *     default 64
 * @param tablesCachedMax table descriptors remembered; default 10000
 */
public record RouterOptions(
    @Nullable NodeId preferred,
    Duration writeAttemptTimeout,
    Duration readAttemptTimeout,
    Duration retryDelayMin,
    Duration retryDelayMax,
    Duration hedgeDelay,
    int inFlightMax,
    long inFlightBytesMax,
    int batchProposalsMax,
    int batchBytesMax,
    int batchesInFlightMax,
    int tablesCachedMax) {

  public RouterOptions {
    if (retryDelayMin.isZero() || retryDelayMin.isNegative()) {
      throw new IllegalArgumentException("retryDelayMin must be positive");
    }
    if (hedgeDelay.toMillis() < 2) {
      throw new IllegalArgumentException("hedgeDelay is below 2 ms");
    }
    if (retryDelayMax.compareTo(retryDelayMin) < 0) {
      throw new IllegalArgumentException("retryDelayMax is below retryDelayMin");
    }
    if (inFlightMax < 1 || batchProposalsMax < 1 || batchesInFlightMax < 1 || batchBytesMax < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }

  public static RouterOptions defaults() {
    return new RouterOptions(
        null,
        Duration.ofSeconds(2),
        Duration.ofSeconds(1),
        Duration.ofMillis(5),
        Duration.ofMillis(100),
        Duration.ofMillis(30),
        16_384,
        64L << 20,
        256,
        1 << 20,
        64,
        10_000);
  }

  /** The same, with reads that any replica may serve going to this node's replicas first. */
  public RouterOptions withPreferred(@Nullable NodeId node) {
    return new RouterOptions(
        node,
        writeAttemptTimeout,
        readAttemptTimeout,
        retryDelayMin,
        retryDelayMax,
        hedgeDelay,
        inFlightMax,
        inFlightBytesMax,
        batchProposalsMax,
        batchBytesMax,
        batchesInFlightMax,
        tablesCachedMax);
  }

  /** The same, with other limits on what is under way at a time. */
  public RouterOptions withInFlight(int operationsMax, long bytesMax) {
    return new RouterOptions(
        preferred,
        writeAttemptTimeout,
        readAttemptTimeout,
        retryDelayMin,
        retryDelayMax,
        hedgeDelay,
        operationsMax,
        bytesMax,
        batchProposalsMax,
        batchBytesMax,
        batchesInFlightMax,
        tablesCachedMax);
  }

  /** The same, with other attempts: their time-outs and the pauses between them. */
  public RouterOptions withAttempts(
      Duration writeTimeout, Duration readTimeout, Duration delayMin, Duration delayMax) {
    return new RouterOptions(
        preferred,
        writeTimeout,
        readTimeout,
        delayMin,
        delayMax,
        hedgeDelay,
        inFlightMax,
        inFlightBytesMax,
        batchProposalsMax,
        batchBytesMax,
        batchesInFlightMax,
        tablesCachedMax);
  }

  /** The same, with another delay before a second replica is asked. */
  public RouterOptions withHedgeDelay(Duration delay) {
    return new RouterOptions(
        preferred,
        writeAttemptTimeout,
        readAttemptTimeout,
        retryDelayMin,
        retryDelayMax,
        delay,
        inFlightMax,
        inFlightBytesMax,
        batchProposalsMax,
        batchBytesMax,
        batchesInFlightMax,
        tablesCachedMax);
  }

  /** The same, with other limits on combining writes. */
  public RouterOptions withBatches(int proposalsMax, int bytesMax, int inFlight) {
    return new RouterOptions(
        preferred,
        writeAttemptTimeout,
        readAttemptTimeout,
        retryDelayMin,
        retryDelayMax,
        hedgeDelay,
        inFlightMax,
        inFlightBytesMax,
        proposalsMax,
        bytesMax,
        inFlight,
        tablesCachedMax);
  }
}
