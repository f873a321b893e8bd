package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import java.time.Duration;
import java.util.Set;
import org.apache.ratis.conf.Parameters;

/** The options of a test: the defaults, without spreading, but for what the test sets. */
final class TestOptions {
  private static final ConsensusOptions DEFAULTS = ConsensusOptions.defaults("test");

  Duration electionTimeoutMin = DEFAULTS.electionTimeoutMin();
  Duration electionTimeoutMax = DEFAULTS.electionTimeoutMax();
  Duration lease = DEFAULTS.lease();
  long snapshotEntries = DEFAULTS.snapshotEntries();
  Duration digestInterval = DEFAULTS.digestInterval();
  Duration handoverTimeout = DEFAULTS.handoverTimeout();
  Duration spreadWindow = Duration.ZERO;
  int entryBytesMax = DEFAULTS.limits().entryBytesMax();

  ConsensusOptions build() {
    return new ConsensusOptions(
        DEFAULTS.clusterId(),
        electionTimeoutMin,
        electionTimeoutMax,
        lease,
        DEFAULTS.clockDriftMax(),
        limits(),
        snapshotEntries,
        DEFAULTS.snapshotLogBytes(),
        digestInterval,
        handoverTimeout,
        spreadWindow,
        ScrubOptions.DEFAULT,
        "");
  }

  private ConsensusOptions.Limits limits() {
    ConsensusOptions.Limits limits = DEFAULTS.limits();
    return new ConsensusOptions.Limits(
        entryBytesMax,
        limits.commandBytesMax(),
        limits.entryCommandsMax(),
        limits.entriesInFlightMax(),
        limits.companyWaitMax(),
        limits.queueCommandsMax(),
        limits.queueBytesMax());
  }

  /** Of a Ratis server by itself: it sends no pulses. */
  static Parameters transport(AcknowledgedMarks marks, NodeId self) {
    Hearing hearing = new Hearing(DEFAULTS.electionTimeoutMin());
    ConsensusClock clock = ConsensusClock.system();
    ClusterTime time = new ClusterTime(self, TestCluster.CLOCK_OFFSET_MAX, clock);
    Pulses pulses = new Pulses(new GroupIds("test").ofNodes(), self, hearing, clock, time, Set::of);
    return FencedNettyRpc.parameters(
        marks,
        new UnbornGroups(),
        new PeerConnections(pulses, DEFAULTS.electionTimeoutMin()),
        new VoteCalls(DEFAULTS.electionTimeoutMax(), peer -> true));
  }
}
