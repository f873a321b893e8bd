package dev.holdfast.node.consensus;

import dev.holdfast.node.load.LoadMeter;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReport;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a partition is asked by way of one replica, as the controller wants to know it. */
final class Workload {
  /** Of a smaller partition the middle is not looked for: it is not split for its size. */
  private static final long MIDDLE_BYTES_MIN = 16L << 20;

  private static final long MIDDLE_AGE_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

  private final PartitionId partition;
  private final ReplicaStateMachine machine;
  private final Leadership leadership;
  private final ConsensusClock clock;
  private final LoadMeter meter = new LoadMeter();
  private long reportedEpoch;
  private @Nullable Bytes middle;
  private long middleFoundNanos;
  private boolean middleKnown;

  Workload(
      PartitionId partition,
      ReplicaStateMachine machine,
      Leadership leadership,
      ConsensusClock clock) {
    this.partition = partition;
    this.machine = machine;
    this.leadership = leadership;
    this.clock = clock;
  }

  LoadMeter meter() {
    return meter;
  }

  /** Counts what was accepted. */
  void written(List<Proposal> proposals) {
    try {
      meter.written(proposals, this::snapshot);
    } catch (UnavailableException e) {
      return; // the replica is being closed: nobody will ask
    }
  }

  private StateSnapshot snapshot() {
    return machine
        .withState(ReplicatedStateMachine::snapshot)
        .orElseThrow(() -> new UnavailableException(Reason.NOT_READY, partition + " is not open"));
  }

  /** Empty unless this replica leads. May look at rows: not for busy threads. */
  synchronized Optional<NodeReport.PartitionLoad> report(long epoch) {
    long term = leadership.readyTerm();
    if (term == 0 || partition.isMeta()) {
      return Optional.empty();
    }
    if (epoch != reportedEpoch) { // what was sampled before belongs to another range
      meter.forgetKeys();
      middleKnown = false;
      reportedEpoch = epoch;
    }
    try {
      return Optional.of(
          new NodeReport.PartitionLoad(
              partition,
              epoch,
              term,
              meter.readCount(),
              meter.writeCount(),
              meter.byteCount(),
              meter.keys(this::snapshot),
              middleKey()));
    } catch (UnavailableException e) {
      return Optional.empty();
    }
  }

  private @Nullable Bytes middleKey() {
    long now = clock.monotonicNanos();
    long bytes = machine.withState(ReplicatedStateMachine::approximateBytes).orElse(0L);
    if (bytes < MIDDLE_BYTES_MIN) {
      return null;
    }
    if (!middleKnown || now - middleFoundNanos > MIDDLE_AGE_NANOS_MAX) {
      middle = machine.withState(ReplicatedStateMachine::middleKey).orElse(null);
      middleFoundNanos = now;
      middleKnown = true;
    }
    return middle;
  }
}
