package dev.holdfast.node.telemetry;

import com.codahale.metrics.Counter;
import dev.holdfast.node.expiry.ExpiryListener;
import dev.holdfast.protocol.model.PartitionId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What has expired in the partitions that this node leads, and how late it is deleted. */
public final class ExpiryMetrics implements ExpiryListener {
  private final Counter deleted;
  private final Counter failures;
  private final Map<PartitionId, Long> lags = new ConcurrentHashMap<>();

  public ExpiryMetrics(NodeMetrics node) {
    deleted = node.counter("expiry.deleted.items");
    failures = node.counter("expiry.failures");
    node.gauge(
        "expiry.lag.seconds",
        () -> lags.values().stream().mapToLong(Long::longValue).max().orElse(0));
  }

  @Override
  public void deleted(int itemCount) {
    deleted.inc(itemCount);
  }

  @Override
  public void lag(PartitionId partition, long seconds) {
    if (seconds == 0) {
      lags.remove(partition);
    } else {
      lags.put(partition, seconds);
    }
  }

  @Override
  public void failed(PartitionId partition, Throwable cause) {
    failures.inc();
  }
}
