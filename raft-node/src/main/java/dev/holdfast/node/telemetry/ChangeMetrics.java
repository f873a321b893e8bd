package dev.holdfast.node.telemetry;

import dev.holdfast.node.change.ChangeLogSize;
import java.util.function.Consumer;

/** The size of the change logs that this node leads. Thread-safe. */
public final class ChangeMetrics implements Consumer<ChangeLogSize> {
  private volatile ChangeLogSize size = ChangeLogSize.NONE;

  public ChangeMetrics(NodeMetrics node) {
    node.gauge("changes.records", () -> (double) size.recordCount());
    node.gauge("changes.bytes", () -> (double) size.bytes());
  }

  @Override
  public void accept(ChangeLogSize now) {
    size = now;
  }
}
