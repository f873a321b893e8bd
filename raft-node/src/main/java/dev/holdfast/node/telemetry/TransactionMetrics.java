package dev.holdfast.node.telemetry;

import com.codahale.metrics.Counter;
import dev.holdfast.node.transaction.TransactionListener;
import dev.holdfast.protocol.command.Outcome;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What becomes of the transactions that this node coordinates or recovers. Thread-safe. */
public final class TransactionMetrics implements TransactionListener {
  private final Map<End, Counter> ends = new EnumMap<>(End.class);
  private final Map<Outcome, Counter> recovered = new EnumMap<>(Outcome.class);
  private final Counter overSeveralPartitions;
  private final Counter conflicts;
  private final Counter readsAgain;
  private volatile long overdueMicros;

  public TransactionMetrics(NodeMetrics node) {
    for (End end : End.values()) {
      ends.put(end, node.counter("transactions.ended{outcome=\"" + label(end) + "\"}"));
    }
    for (Outcome outcome : Outcome.values()) {
      recovered.put(
          outcome, node.counter("transactions.recovered{outcome=\"" + label(outcome) + "\"}"));
    }
    overSeveralPartitions = node.counter("transactions.distributed");
    conflicts = node.counter("transactions.conflicts");
    readsAgain = node.counter("transactions.reads.repeated");
    node.gauge("transactions.overdue.micros", () -> overdueMicros);
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void ended(End end, int partitionCount) {
    Objects.requireNonNull(ends.get(end)).inc();
    if (partitionCount > 1) {
      overSeveralPartitions.inc();
    }
  }

  @Override
  public void conflict() {
    conflicts.inc();
  }

  @Override
  public void readAgain() {
    readsAgain.inc();
  }

  @Override
  public void recovered(Outcome outcome, int keyCount) {
    Objects.requireNonNull(recovered.get(outcome)).inc();
  }

  @Override
  public void overdue(long micros) {
    overdueMicros = micros;
  }
}
