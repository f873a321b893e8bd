package dev.holdfast.node.consensus;

import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.rpc.Frames;
import java.time.Duration;

/**
 * How a node replicates.
 *
 * @param clusterId nodes of another cluster are refused; the same on all nodes, for ever
 * @param electionTimeoutMin when a leader's node has been silent for this long, as a majority of
 *     the voters agrees, the first of its followers stands for election; default 500 ms (decision
 *     0026)
 * @param electionTimeoutMax before this the last of them does; default 1 s
 * @param lease D of replication.md L1 and L2, the same on all nodes; default 500 ms; zero makes
 *     every strong read take a log entry. A new leader answers nothing for this long, so fail-over
 *     takes about {@code electionTimeoutMax + lease}
 * @param clockDriftMax the largest rate error of a monotonic clock, ρ of L1; default 0.001
 * @param limits of batches and queues
 * @param snapshotEntries take a checkpoint after this many entries; default 200,000
 * @param snapshotLogBytes or after this many bytes of entries, whichever comes first; default 64 MB
 * @param digestInterval how often a leader has its digest verified; default 10 s, zero for never
 * @param handoverTimeout the longest that one leader transfer on a clean stop may take; default 1 s
 * @param spreadWindow how long after its start a node passes leadership of a partition on to that
 *     partition's preferred node; default 15 s, zero for never
 * @param scrub how cold data are read in search of damage
 * @param listenAddress where the others' messages arrive, when that is not the address that they
 *     send them to; empty when it is
 */
public record ConsensusOptions(
    String clusterId,
    Duration electionTimeoutMin,
    Duration electionTimeoutMax,
    Duration lease,
    double clockDriftMax,
    Limits limits,
    long snapshotEntries,
    long snapshotLogBytes,
    Duration digestInterval,
    Duration handoverTimeout,
    Duration spreadWindow,
    ScrubOptions scrub,
    String listenAddress) {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  /**
   * What a partition's queue takes before it refuses.
   *
   * @param entryBytesMax the largest Raft entry; default 256 KB; direct memory of this size is held
   *     per partition
   * @param commandBytesMax the largest command; default 5 MB, for the items of the largest
   *     transaction and 1 MB of their expressions; what is larger than an entry goes in pieces
   * @param entryCommandsMax commands in one entry; default 512
   * @param entriesInFlightMax entries submitted and not yet applied; default 1, which measured
   *     better than 2 on one machine; more pays when the network is slow
   * @param companyWaitMax the longest that an entry waits for callers who were just answered, see
   *     {@link Company}; default 1 ms, zero for never
   * @param queueCommandsMax commands that wait; default 20,000
   * @param queueBytesMax estimated bytes that wait; default 32 MB, at least {@code commandBytesMax}
   */
  public record Limits(
      int entryBytesMax,
      int commandBytesMax,
      int entryCommandsMax,
      int entriesInFlightMax,
      Duration companyWaitMax,
      int queueCommandsMax,
      long queueBytesMax) {
    public static final Limits DEFAULT =
        new Limits(256 * KIB, 5 * MIB, 512, 1, Duration.ofMillis(1), 20_000, 32L * MIB);

    static {
      require(
          DEFAULT.commandBytesMax >= TransactionRequest.BYTES_MAX + MIB,
          "a transaction must fit into a command");
    }

    public Limits {
      require(
          entryBytesMax >= 64 * KIB && entryBytesMax <= Frames.FRAME_BYTES_MAX / 2,
          "entryBytesMax");
      require(commandBytesMax >= entryBytesMax, "commandBytesMax below entryBytesMax");
      require(entryCommandsMax >= 1, "entryCommandsMax");
      require(entriesInFlightMax >= 1, "entriesInFlightMax");
      require(!companyWaitMax.isNegative(), "companyWaitMax");
      require(queueCommandsMax >= 1, "queueCommandsMax");
      require(queueBytesMax >= commandBytesMax, "queueBytesMax below commandBytesMax");
    }
  }

  public ConsensusOptions {
    require(!clusterId.isEmpty(), "clusterId");
    require(electionTimeoutMin.toMillis() >= 50, "electionTimeoutMin below 50 ms");
    require(
        electionTimeoutMax.compareTo(electionTimeoutMin) > 0, "electionTimeoutMax not above min");
    require(!lease.isNegative(), "lease");
    require(clockDriftMax >= 0 && clockDriftMax < 0.5, "clockDriftMax");
    require(snapshotEntries >= 1 && snapshotLogBytes >= 1, "snapshot thresholds");
    require(!digestInterval.isNegative() && !spreadWindow.isNegative(), "negative duration");
    require(!handoverTimeout.isNegative(), "handoverTimeout");
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException("consensus option out of range: " + message);
    }
  }

  public static ConsensusOptions defaults(String clusterId) {
    return new ConsensusOptions(
        clusterId,
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(500),
        0.001,
        Limits.DEFAULT,
        200_000,
        64L * MIB,
        Duration.ofSeconds(10),
        Duration.ofSeconds(1),
        Duration.ofSeconds(15),
        ScrubOptions.DEFAULT,
        "");
  }
}
