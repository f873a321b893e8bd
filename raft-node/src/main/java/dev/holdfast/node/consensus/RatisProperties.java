package dev.holdfast.node.consensus;

import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.netty.NettyConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Every setting of Ratis that we depend on, in one place. */
final class RatisProperties {
  private static final int RARE = 8;
  private static final int FIRST = 60;
  private static final int FRAME_OVERHEAD_BYTES = 64 << 10;
  private static final int RECORD_OVERHEAD_BYTES = 64;
  private static final int SEGMENTS_PER_SNAPSHOT = 4;
  private static final long SEGMENT_BYTES_MIN = 32 << 10;
  private static final long SEGMENT_BYTES_MAX = 16 << 20;
  private static final TimeDuration NEVER = TimeDuration.valueOf(365, TimeUnit.DAYS);

  private RatisProperties() {}

  /**
   * @param storage where the next group is created or found; see {@link #useStorage}
   * @param removed where directories of removed groups go
   */
  static RaftProperties of(
      ConsensusOptions options, String host, int port, File storage, File removed) {
    RaftProperties properties = new RaftProperties();
    properties.set(RaftConfigKeys.Rpc.TYPE_KEY, FencedNettyRpc.class.getName());
    NettyConfigKeys.Server.setHost(properties, host);
    NettyConfigKeys.Server.setPort(properties, port);
    useStorage(properties, storage);
    RaftServerConfigKeys.setRemovedGroupsDir(properties, removed);
    // A node that was stopped for long goes on as a follower; Ratis would shut it down.
    RaftServerConfigKeys.setCloseThreshold(properties, NEVER);
    timeouts(properties, options);
    log(properties, options);
    snapshots(properties, options);
    return properties;
  }

  /** Ratis reads this when a group is added: each replica gets a directory of its own. */
  static void useStorage(RaftProperties properties, File storage) {
    RaftServerConfigKeys.setStorageDir(properties, List.of(storage));
  }

  private static void timeouts(RaftProperties properties, ConsensusOptions options) {
    // A leader speaks to each follower twice within the shorter one. That a node is gone we learn
    // from its pulses, much sooner (decision 0026); what Ratis does by itself is a last resort.
    TimeDuration min = millis(options.electionTimeoutMin().multipliedBy(RARE));
    TimeDuration max = millis(options.electionTimeoutMax().multipliedBy(RARE));
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, min);
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, max);
    // A group begins when its nodes are ready to vote, not while the first of them opens its
    // replicas one by one.
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(
        properties, millis(options.electionTimeoutMin().multipliedBy(FIRST)));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(
        properties, millis(options.electionTimeoutMax().multipliedBy(FIRST)));
    // After a failure each group's appender tries again; by default forty times a second, which
    // costs the living more than the dead peer's first 100 ms are worth.
    RaftServerConfigKeys.Rpc.setSleepTime(
        properties, TimeDuration.valueOf(100, TimeUnit.MILLISECONDS));
    RaftServerConfigKeys.RetryCache.setExpiryTime(
        properties, TimeDuration.valueOf(2, TimeUnit.SECONDS)); // request ids replace it
  }

  private static void log(RaftProperties properties, ConsensusOptions options) {
    // X1: with composing on, a follower appends after it has voted, and acknowledged writes are
    // lost.
    RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(properties, false);
    RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
    RaftServerConfigKeys.Log.setUnsafeFlushEnabled(properties, false);
    RaftServerConfigKeys.Log.setAsyncFlushEnabled(properties, false);
    SizeInBytes appended =
        SizeInBytes.valueOf(options.limits().entryBytesMax() + FRAME_OVERHEAD_BYTES);
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, appended);
    RaftServerConfigKeys.Log.setWriteBufferSize(
        properties, SizeInBytes.valueOf(appended.getSize() + RECORD_OVERHEAD_BYTES));
    RaftServerConfigKeys.Log.Appender.setWaitTimeMin(properties, TimeDuration.ZERO);
    RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf("256KB"));
    RaftServerConfigKeys.Log.setSegmentSizeMax(properties, segmentSize(options));
    RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
    RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf("32MB"));
    RaftServerConfigKeys.Log.setCorruptionPolicy(
        properties, RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
  }

  /** Ratis purges whole segments: a few of them between checkpoints. */
  private static SizeInBytes segmentSize(ConsensusOptions options) {
    long wanted = options.snapshotLogBytes() / SEGMENTS_PER_SNAPSHOT;
    return SizeInBytes.valueOf(Math.max(SEGMENT_BYTES_MIN, Math.min(SEGMENT_BYTES_MAX, wanted)));
  }

  private static void snapshots(RaftProperties properties, ConsensusOptions options) {
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
    RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
    RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, options.snapshotEntries());
    // By default Ratis ignores a request before 1,024 entries, which may be 2 GB of log.
    RaftServerConfigKeys.Snapshot.setCreationGap(properties, 1);
    // A clean stop must be quick; the log is replayed instead.
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
    RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(
        properties, SizeInBytes.valueOf("4MB"));
  }

  /** Checks, on what Ratis will really read, the settings that safety rests on (X1). */
  static void assertSafe(RaftProperties properties) {
    require(
        !RaftServerConfigKeys.Log.appendEntriesComposeEnabled(properties),
        RaftServerConfigKeys.Log.APPEND_ENTRIES_COMPOSE_ENABLED_KEY + " must be false");
    require(
        !RaftServerConfigKeys.Log.unsafeFlushEnabled(properties)
            && !RaftServerConfigKeys.Log.asyncFlushEnabled(properties),
        "the log must be flushed before an append is acknowledged");
    require(
        FencedNettyRpc.class.getName().equals(properties.get(RaftConfigKeys.Rpc.TYPE_KEY)),
        "the transport must be fenced (X2)");
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalStateException("unsafe Ratis settings: " + message);
    }
  }

  private static TimeDuration millis(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
  }
}
