package dev.holdfast.node.consensus;

import java.time.Duration;

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

  ConsensusOptions build() {
    return new ConsensusOptions(
        DEFAULTS.clusterId(),
        electionTimeoutMin,
        electionTimeoutMax,
        lease,
        DEFAULTS.clockDriftMax(),
        DEFAULTS.limits(),
        snapshotEntries,
        DEFAULTS.snapshotLogBytes(),
        digestInterval,
        handoverTimeout,
        spreadWindow);
  }
}
