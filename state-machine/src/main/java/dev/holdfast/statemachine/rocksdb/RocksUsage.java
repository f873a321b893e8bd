package dev.holdfast.statemachine.rocksdb;

/**
 * What the stores of one node hold now and have done since it started.
 *
 * @param blockCacheBytes blocks in memory, memtables included
 * @param pinnedBytes the part of them that is in use and cannot be evicted
 * @param memtableBytes of all memtables
 * @param fileBytes of all live files
 * @param pendingCompactionBytes what compaction still has to rewrite, estimated
 * @param cacheHits blocks found in the cache
 * @param cacheMisses blocks read from files
 * @param flushedBytes written by flushes
 * @param compactedBytes written by compaction
 * @param stallMicros for how long writes were held up
 */
public record RocksUsage(
    long blockCacheBytes,
    long pinnedBytes,
    long memtableBytes,
    long fileBytes,
    long pendingCompactionBytes,
    long cacheHits,
    long cacheMisses,
    long flushedBytes,
    long compactedBytes,
    long stallMicros) {}
