package dev.holdfast.node.telemetry;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.LockFreeExponentiallyDecayingReservoir;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import com.codahale.metrics.jvm.BufferPoolMetricSet;
import com.codahale.metrics.jvm.GarbageCollectorMetricSet;
import com.codahale.metrics.jvm.MemoryUsageGaugeSet;
import com.codahale.metrics.jvm.ThreadStatesGaugeSet;
import dev.holdfast.client.routing.RouterListener;
import dev.holdfast.node.consensus.ConsensusListener;
import dev.holdfast.node.dynamodb.RequestListener;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.PlanReport;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.statemachine.spi.TransactionCounts;
import java.lang.management.ManagementFactory;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * All metrics of one node, declared here and listed in docs/metrics.md. Thread-safe; the listener
 * methods are called on busy threads and only touch counters.
 */
public final class NodeMetrics implements ConsensusListener, RequestListener, RouterListener {
  /** Names come from clients' requests: beyond this many operations they count as Other. */
  private static final int OPERATION_COUNT_MAX = 128;

  private final MetricRegistry registry = new MetricRegistry();
  private final ConcurrentMap<String, ConcurrentMap<Outcome, Timer>> requests =
      new ConcurrentHashMap<>();
  private final ConcurrentMap<PartitionId, PartitionMetrics> partitions = new ConcurrentHashMap<>();
  private final Counter scrubbedBytes = registry.counter("scrub.read.bytes");
  private final Counter scrubRounds = registry.counter("scrub.rounds");
  private final Counter retries = registry.counter("router.attempts.failed");
  private final Histogram batches = histogram("router.batch.proposals");

  public NodeMetrics() {
    registry.register("jvm.memory", new MemoryUsageGaugeSet());
    registry.register("jvm.gc", new GarbageCollectorMetricSet());
    registry.register("jvm.threads", new ThreadStatesGaugeSet());
    registry.register(
        "jvm.buffers", new BufferPoolMetricSet(ManagementFactory.getPlatformMBeanServer()));
  }

  /** Registers a value that is asked for at each scrape; any thread. */
  public void gauge(String name, DoubleSupplier value) {
    registry.register(name, (Gauge<Double>) value::getAsDouble);
  }

  /** Registers a value that only grows and is asked for at each scrape; any thread. */
  public void counter(String name, LongSupplier value) {
    registry.register(name, new CountElsewhere(value));
  }

  /** A count that somebody else keeps. */
  record CountElsewhere(LongSupplier count) implements Gauge<Long> {
    @Override
    public Long getValue() {
      return count.getAsLong();
    }
  }

  /**
   * Everything, with the replicas as they are now, in Prometheus's text format.
   *
   * @param queueDepth commands of a partition that wait for an entry
   * @param transactions what a partition keeps for transactions
   * @param plan of the controller, where it runs; otherwise null
   */
  public String prometheusText(
      NodeStatus status,
      ToIntFunction<PartitionId> queueDepth,
      Function<PartitionId, TransactionCounts> transactions,
      @Nullable PlanReport plan) {
    PrometheusText text = new PrometheusText();
    text.add(registry);
    text.gauge("node.ready", status.ready() ? 1 : 0);
    for (NodeStatus.Replica replica : status.replicas()) {
      String labels = "{partition=\"" + replica.partition() + "\"}";
      text.gauge("partition.leader" + labels, replica.role() == NodeStatus.Role.LEADER ? 1 : 0);
      for (NodeStatus.Role role : NodeStatus.Role.values()) {
        text.gauge(
            "partition.role{partition=\"" + replica.partition() + "\",role=\"" + role + "\"}",
            replica.role() == role ? 1 : 0);
      }
      text.gauge("partition.epoch" + labels, (double) replica.epoch());
      text.gauge("partition.term" + labels, (double) replica.term());
      text.gauge("partition.commit.index" + labels, (double) replica.commitIndex());
      text.gauge("partition.applied.index" + labels, (double) replica.appliedIndex());
      text.gauge(
          "partition.lag.entries" + labels,
          (double) Math.max(0, replica.commitIndex() - replica.appliedIndex()));
      text.gauge("partition.state.bytes" + labels, (double) replica.bytes());
      text.gauge("propose.queue.commands" + labels, queueDepth.applyAsInt(replica.partition()));
      TransactionCounts kept = transactions.apply(replica.partition());
      text.gauge("ledger.intents" + labels, (double) kept.intents());
      text.gauge("ledger.attempts.open" + labels, (double) kept.openAttempts());
      text.gauge("ledger.attempts.settled" + labels, (double) kept.settledAttempts());
      text.gauge("ledger.tokens" + labels, (double) kept.tokens());
    }
    text.gauge("controller.active", plan == null ? 0 : 1);
    if (plan != null) {
      addDecisions(text, plan);
    }
    return text.toString();
  }

  private static void addDecisions(PrometheusText text, PlanReport plan) {
    plan.counts()
        .forEach(
            (what, count) -> text.counter("controller.decisions{what=\"" + what + "\"}", count));
    text.gauge("controller.findings", plan.findings().size());
  }

  @Override
  public void requestFinished(String operation, Outcome outcome, long nanos) {
    String name =
        requests.containsKey(operation) || requests.size() < OPERATION_COUNT_MAX
            ? operation
            : "Other";
    Timer timer =
        requests
            .computeIfAbsent(name, unseen -> new ConcurrentHashMap<>())
            .computeIfAbsent(
                outcome,
                unseen ->
                    timer(
                        "requests.latency.nanos{operation=\""
                            + name
                            + "\",outcome=\""
                            + outcome
                            + "\"}"));
    timer.update(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void submitted(PartitionId partition, int commandCount, int entryBytes) {
    PartitionMetrics metrics = of(partition);
    metrics.batchCommands.update(commandCount);
    metrics.batchBytes.update(entryBytes);
  }

  @Override
  public void applied(PartitionId partition, int commandCount, long nanos) {
    PartitionMetrics metrics = of(partition);
    metrics.commandsApplied.inc(commandCount);
    metrics.apply.update(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void committed(PartitionId partition, long nanos) {
    of(partition).commit.update(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void readServed(PartitionId partition, int readCount) {
    of(partition).reads.inc(readCount);
  }

  @Override
  public void leaseRenewed(PartitionId partition) {
    of(partition).leaseRenewals.inc();
  }

  @Override
  public void throttled(PartitionId partition) {
    of(partition).throttled.inc();
  }

  @Override
  public void snapshotTaken(PartitionId partition, long index, long nanos) {
    of(partition).snapshot.update(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void snapshotInstalled(PartitionId partition, long index) {
    of(partition).snapshotsInstalled.inc();
  }

  @Override
  public void scrubbed(long bytes) {
    scrubbedBytes.inc(bytes);
  }

  @Override
  public void scrubbed() {
    scrubRounds.inc();
  }

  @Override
  public void attemptFailed(StoreException failure) {
    retries.inc();
  }

  @Override
  public void batchSent(int proposalCount) {
    batches.update(proposalCount);
  }

  private PartitionMetrics of(PartitionId partition) {
    PartitionMetrics metrics = partitions.get(partition);
    return metrics != null
        ? metrics
        : partitions.computeIfAbsent(partition, unseen -> new PartitionMetrics(this, unseen));
  }

  /** A count that its owner keeps. */
  Counter counter(String name) {
    return registry.counter(name);
  }

  private Timer timer(String name) {
    return registry.timer(
        name, () -> new Timer(LockFreeExponentiallyDecayingReservoir.builder().build()));
  }

  private Histogram histogram(String name) {
    return registry.histogram(
        name, () -> new Histogram(LockFreeExponentiallyDecayingReservoir.builder().build()));
  }

  /** The metrics of one replica, resolved once. */
  private static final class PartitionMetrics {
    final Histogram batchCommands;
    final Histogram batchBytes;
    final Counter commandsApplied;
    final Timer apply;
    final Timer commit;
    final Counter reads;
    final Counter leaseRenewals;
    final Counter throttled;
    final Timer snapshot;
    final Counter snapshotsInstalled;

    PartitionMetrics(NodeMetrics node, PartitionId partition) {
      String labels = "{partition=\"" + partition + "\"}";
      batchCommands = node.histogram("propose.batch.commands" + labels);
      batchBytes = node.histogram("propose.batch.bytes" + labels);
      commandsApplied = node.registry.counter("apply.commands" + labels);
      apply = node.timer("apply.latency.nanos" + labels);
      commit = node.timer("propose.latency.nanos" + labels);
      reads = node.registry.counter("reads.served" + labels);
      leaseRenewals = node.registry.counter("lease.renewals" + labels);
      throttled = node.registry.counter("propose.throttled" + labels);
      snapshot = node.timer("snapshot.latency.nanos" + labels);
      snapshotsInstalled = node.registry.counter("snapshot.installed" + labels);
    }
  }
}
