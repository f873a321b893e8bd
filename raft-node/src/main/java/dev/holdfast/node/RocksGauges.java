package dev.holdfast.node;

import dev.holdfast.node.telemetry.NodeMetrics;
import dev.holdfast.statemachine.rocksdb.RocksEnvironment;

/** Shows what RocksDB holds and does among a node's metrics; see docs/metrics.md. */
final class RocksGauges {
  private RocksGauges() {}

  static void register(NodeMetrics metrics, RocksEnvironment rocks) {
    metrics.gauge("rocksdb.block.cache.bytes", () -> rocks.usage().blockCacheBytes());
    metrics.gauge("rocksdb.block.cache.pinned.bytes", () -> rocks.usage().pinnedBytes());
    metrics.gauge("rocksdb.memtable.bytes", () -> rocks.usage().memtableBytes());
    metrics.gauge("rocksdb.file.bytes", () -> rocks.usage().fileBytes());
    metrics.gauge("rocksdb.compaction.pending.bytes", () -> rocks.usage().pendingCompactionBytes());
    metrics.counter("rocksdb.block.cache.hits", () -> rocks.usage().cacheHits());
    metrics.counter("rocksdb.block.cache.misses", () -> rocks.usage().cacheMisses());
    metrics.counter("rocksdb.flush.bytes", () -> rocks.usage().flushedBytes());
    metrics.counter("rocksdb.compaction.bytes", () -> rocks.usage().compactedBytes());
    metrics.counter("rocksdb.stall.micros", () -> rocks.usage().stallMicros());
  }
}
