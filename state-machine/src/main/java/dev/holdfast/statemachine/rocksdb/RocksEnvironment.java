package dev.holdfast.statemachine.rocksdb;

import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.storage.StorageException;
import dev.holdfast.statemachine.storage.StoreOpener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.Env;
import org.rocksdb.HistogramType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.Options;
import org.rocksdb.Priority;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.StatsLevel;
import org.rocksdb.TickerType;
import org.rocksdb.WriteBufferManager;

/**
 * What the RocksDB instances of one node share: block cache, write-buffer budget, background
 * threads. Close it after the stores.
 */
public final class RocksEnvironment implements StoreOpener, AutoCloseable {
  private static final double BLOOM_BITS_PER_KEY = 10;

  /** One memtable; a partition fills a few before the shared budget flushes it. */
  private static final long MEMTABLE_BYTES_MAX = 16L << 20;

  private final RocksOptions options;
  private final LRUCache blockCache;
  private final WriteBufferManager writeBuffers;
  private final BloomFilter bloomFilter;
  private final Env env;

  private final Statistics statistics;

  private final Set<RocksKeyValueStore> stores = ConcurrentHashMap.newKeySet();

  public RocksEnvironment(RocksOptions options) {
    this.options = options;
    loadLibrary(options); // before any class of RocksDB is used, which would load it elsewhere
    blockCache = new LRUCache(options.blockCacheBytes());
    writeBuffers = new WriteBufferManager(options.writeBufferBytes(), blockCache);
    bloomFilter = new BloomFilter(BLOOM_BITS_PER_KEY);
    // Without histograms no clock is read: counting costs next to nothing.
    statistics = new Statistics(EnumSet.allOf(HistogramType.class));
    statistics.setStatsLevel(StatsLevel.EXCEPT_DETAILED_TIMERS);
    env = Env.getDefault(); // the process's own: its threads serve every instance
    env.setBackgroundThreads(options.backgroundThreads(), Priority.HIGH);
    env.setBackgroundThreads(options.backgroundThreads(), Priority.LOW);
  }

  private static void loadLibrary(RocksOptions options) {
    Path directory = options.libraryDirectory();
    if (directory != null) {
      try {
        Files.createDirectories(directory);
        NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
      } catch (IOException e) {
        throw new StorageException(
            "cannot unpack the RocksDB library into " + directory + ": " + e.getMessage(), e);
      }
    }
    RocksDB.loadLibrary();
  }

  @Override
  public KeyValueStore open(Path directory) {
    Options database = databaseOptions();
    try {
      Files.createDirectories(directory);
      requireCurrent(directory);
      RocksKeyValueStore store =
          new RocksKeyValueStore(RocksDB.open(database, directory.toString()), database, directory);
      stores.removeIf(RocksKeyValueStore::isClosed);
      stores.add(store);
      return store;
    } catch (RocksDBException e) {
      database.close();
      throw RocksFailure.ofOpening("cannot open the store in " + directory, e);
    } catch (IOException e) {
      database.close();
      throw new StorageException("cannot create the store in " + directory + ": " + e, e);
    }
  }

  @Override
  public void verify(Path file) {
    if (TableFiles.isTable(file)) {
      TableFiles.verify(file);
    }
  }

  /** RocksDB takes a directory without this file for an empty one, whatever else it holds. */
  private static void requireCurrent(Path directory) throws IOException {
    if (Files.exists(directory.resolve("CURRENT"))) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      if (files.anyMatch(RocksEnvironment::isOfAStore)) {
        throw StorageException.damaged(
            "cannot open the store in " + directory + ": its file CURRENT is missing", null);
      }
    }
  }

  private static boolean isOfAStore(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.startsWith("MANIFEST") || name.endsWith(".sst") || name.endsWith(".log");
  }

  private Options databaseOptions() {
    BlockBasedTableConfig table =
        new BlockBasedTableConfig()
            .setBlockCache(blockCache)
            .setFilterPolicy(bloomFilter)
            .setCacheIndexAndFilterBlocks(true) // bounded by the cache
            .setPinL0FilterAndIndexBlocksInCache(true);
    return new Options()
        .setCreateIfMissing(true)
        .setEnv(env)
        .setStatistics(statistics)
        .setWriteBufferManager(writeBuffers)
        .setWriteBufferSize(MEMTABLE_BYTES_MAX)
        .setMaxWriteBufferNumber(4)
        .setMemtablePrefixBloomSizeRatio(0.02)
        .setMemtableWholeKeyFiltering(true)
        .setMaxBackgroundJobs(2 * options.backgroundThreads())
        .setLevelCompactionDynamicLevelBytes(true)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setTableFormatConfig(table)
        .setParanoidChecks(true)
        .setStatsDumpPeriodSec(0)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setMaxLogFileSize(1 << 20)
        .setKeepLogFileNum(2);
  }

  /** What all stores together hold and have done; any thread, until closed. */
  public RocksUsage usage() {
    return new RocksUsage(
        blockCache.getUsage(),
        blockCache.getPinnedUsage(),
        sum("rocksdb.cur-size-all-mem-tables"),
        sum("rocksdb.live-sst-files-size"),
        sum("rocksdb.estimate-pending-compaction-bytes"),
        statistics.getTickerCount(TickerType.BLOCK_CACHE_HIT),
        statistics.getTickerCount(TickerType.BLOCK_CACHE_MISS),
        statistics.getTickerCount(TickerType.FLUSH_WRITE_BYTES),
        statistics.getTickerCount(TickerType.COMPACT_WRITE_BYTES),
        statistics.getTickerCount(TickerType.STALL_MICROS));
  }

  private long sum(String property) {
    return stores.stream().mapToLong(store -> store.property(property)).sum();
  }

  @Override
  public void close() {
    statistics.close();
    bloomFilter.close();
    writeBuffers.close();
    blockCache.close();
  }
}
