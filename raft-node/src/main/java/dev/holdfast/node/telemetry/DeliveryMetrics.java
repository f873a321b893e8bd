package dev.holdfast.node.telemetry;

import com.codahale.metrics.Counter;
import dev.holdfast.node.index.DeliveryListener;
import dev.holdfast.protocol.model.PartitionId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How far global indexes are behind the tables whose partitions this node leads. */
public final class DeliveryMetrics implements DeliveryListener {
  private final Counter delivered;
  private final Counter entered;
  private final Counter failures;
  private final Counter stopped;
  private final Map<PartitionId, Long> lags = new ConcurrentHashMap<>();

  public DeliveryMetrics(NodeMetrics node) {
    delivered = node.counter("index.delivered.records");
    entered = node.counter("index.backfilled.items");
    stopped = node.counter("index.stopped.writes");
    failures = node.counter("index.delivery.failures");
    node.gauge("index.lag.records", () -> lags.values().stream().mapToLong(Long::longValue).sum());
  }

  @Override
  public void lag(PartitionId partition, long count) {
    if (count == 0) {
      lags.remove(partition);
    } else {
      lags.put(partition, count);
    }
  }

  @Override
  public void left(PartitionId partition) {
    lags.remove(partition);
  }

  @Override
  public void stopped(int writeCount) {
    stopped.inc(writeCount);
  }

  @Override
  public void entered(int itemCount) {
    entered.inc(itemCount);
  }

  @Override
  public void delivered(int recordCount) {
    delivered.inc(recordCount);
  }

  @Override
  public void failed(PartitionId partition, Throwable cause) {
    failures.inc();
  }
}
