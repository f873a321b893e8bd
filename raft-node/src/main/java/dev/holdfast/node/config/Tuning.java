package dev.holdfast.node.config;

import java.time.Duration;

/**
 * Options with defaults, the same on every node of a cluster unless said otherwise.
 *
 * @param lease how long a leader may serve strong reads after a proof (design section 6, D); 0
 *     turns leases off; default 500 ms
 * @param electionTimeoutMin when the leader's node has been silent for this long, the first of the
 *     followers stands for election; default 500 ms
 * @param electionTimeoutMax before this the last of them does; above the minimum; default 1 s
 * @param blockCacheBytes RocksDB's cache of read blocks, of one node, memtables included; default
 *     192 MiB
 * @param writeBufferBytes RocksDB's memtables, of one node, all partitions together; default 64 MiB
 * @param httpConnectionsMax connections to the DynamoDB endpoint of one node; default 10,000
 * @param httpRequestTimeout how long a request may take to arrive; default 20 s
 * @param httpAnyOrigin whether pages of any origin may use the endpoint from a browser, as they may
 *     use the service; default no, since nobody's signature is verified yet
 * @param snapshotEntries take a checkpoint, and purge the log up to it, after this many entries;
 *     default 200,000
 * @param snapshotLogBytes or after this many bytes of entries; default 64 MiB
 * @param scrubInterval how often all that is on the disk is read in search of damage; default 24 h,
 *     0 for never
 * @param scrubBytesPerSecondMax how fast, on average; default 16 MiB
 * @param changesTrimInterval how often leaders delete what is too old of change logs; default a
 *     minute
 * @param changesBytesWarn size of the change logs led by one node above which it warns; default 10
 *     GiB
 * @param expiryInterval how often leaders look for items that have expired; default 5 s
 * @param expiryItemsPerSecond that one node deletes of them at most; default 2,000
 * @param coresPercent processors that a node may use, where it shares its machine, in percent of
 *     one; default all there are
 */
public record Tuning(
    Duration lease,
    Duration electionTimeoutMin,
    Duration electionTimeoutMax,
    long blockCacheBytes,
    long writeBufferBytes,
    int httpConnectionsMax,
    Duration httpRequestTimeout,
    boolean httpAnyOrigin,
    long snapshotEntries,
    long snapshotLogBytes,
    Duration scrubInterval,
    long scrubBytesPerSecondMax,
    Duration changesTrimInterval,
    long changesBytesWarn,
    Duration expiryInterval,
    int expiryItemsPerSecond,
    int coresPercent) {
  // Before DEFAULT, whose constructor uses them.
  private static final Duration ELECTION_TIMEOUT_FLOOR = Duration.ofMillis(50);
  private static final long BUDGET_BYTES_MIN = 8L << 20;
  private static final long SNAPSHOT_LOG_BYTES_MIN = 64L << 10;
  private static final int PERCENT = 100;

  public static final Tuning DEFAULT =
      new Tuning(
          Duration.ofMillis(500),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          192L << 20,
          64L << 20,
          10_000,
          Duration.ofSeconds(20),
          false,
          200_000,
          64L << 20,
          Duration.ofHours(24),
          16L << 20,
          Duration.ofMinutes(1),
          10L << 30,
          Duration.ofSeconds(5),
          2_000,
          PERCENT * Runtime.getRuntime().availableProcessors());

  public Tuning {
    if (lease.isNegative()) {
      throw new IllegalArgumentException("lease.millis must not be negative");
    }
    if (electionTimeoutMin.compareTo(ELECTION_TIMEOUT_FLOOR) < 0
        || electionTimeoutMax.compareTo(electionTimeoutMin) <= 0) {
      throw new IllegalArgumentException(
          "election.timeout.max.millis must exceed election.timeout.min.millis, and that be at"
              + " least 50");
    }
    if (blockCacheBytes < BUDGET_BYTES_MIN || writeBufferBytes < BUDGET_BYTES_MIN) {
      throw new IllegalArgumentException(
          "rocksdb.block.cache.bytes and rocksdb.write.buffer.bytes must be at least 8388608");
    }
    if (httpConnectionsMax < 1 || httpRequestTimeout.toMillis() < 1) {
      throw new IllegalArgumentException(
          "http.connections.max and http.request.timeout.millis must be at least 1");
    }
    if (scrubInterval.isNegative() || scrubBytesPerSecondMax < 1) {
      throw new IllegalArgumentException(
          "scrub.interval.seconds must not be negative, and scrub.bytes.per.second at least 1");
    }
    if (changesTrimInterval.toSeconds() < 1 || changesBytesWarn < 1) {
      throw new IllegalArgumentException(
          "changes.trim.interval.seconds and changes.warn.bytes must be at least 1");
    }
    if (expiryInterval.toSeconds() < 1 || expiryItemsPerSecond < 1) {
      throw new IllegalArgumentException(
          "expiry.interval.seconds and expiry.items.per.second must be at least 1");
    }
    if (coresPercent < 1) {
      throw new IllegalArgumentException("cores.percent must be at least 1");
    }
    if (snapshotEntries < 1 || snapshotLogBytes < SNAPSHOT_LOG_BYTES_MIN) {
      throw new IllegalArgumentException(
          "snapshot.entries must be at least 1 and snapshot.log.bytes at least 65536");
    }
  }

  /** Processors that a node may use. */
  public double cores() {
    return (double) coresPercent / PERCENT;
  }

  /** The same on a machine that it shares with others like it. */
  public Tuning sharedBy(int nodeCount) {
    return new Tuning(
        lease,
        electionTimeoutMin,
        electionTimeoutMax,
        blockCacheBytes,
        writeBufferBytes,
        httpConnectionsMax,
        httpRequestTimeout,
        httpAnyOrigin,
        snapshotEntries,
        snapshotLogBytes,
        scrubInterval,
        scrubBytesPerSecondMax,
        changesTrimInterval,
        changesBytesWarn,
        expiryInterval,
        expiryItemsPerSecond,
        Math.max(1, coresPercent / nodeCount));
  }
}
