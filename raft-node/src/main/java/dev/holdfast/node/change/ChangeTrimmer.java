package dev.holdfast.node.change;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.client.routing.RouterWorld;
import dev.holdfast.protocol.rpc.NodeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes records that are too old to be read, and shards that have been closed for as long, from
 * the change logs of the partitions that this node leads. What it asks may be a moment old, so that
 * it costs no log entry; what it proposes is harmless when it is proposed twice. Thread-safe.
 */
public final class ChangeTrimmer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ChangeTrimmer.class);

  private final NodeLink local;
  private final Supplier<NodeStatus> status;
  private final RouterWorld world;
  private final LongSupplier timeMicros;
  private final ChangeTrimOptions options;
  private final Consumer<ChangeLogSize> listener;
  private final AtomicBoolean isLarge = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param local this node's own replicas
   * @param timeMicros as the stamps of the logs have it, about
   * @param listener learns the size of all logs led here after each round
   */
  public ChangeTrimmer(
      NodeLink local,
      Supplier<NodeStatus> status,
      RouterWorld world,
      LongSupplier timeMicros,
      ChangeTrimOptions options,
      Consumer<ChangeLogSize> listener) {
    this.local = local;
    this.status = status;
    this.world = world;
    this.timeMicros = timeMicros;
    this.options = options;
    this.listener = listener;
  }

  /** Begins to trim. */
  public void start() {
    world.after(options.period(), this::round);
  }

  private void round() {
    if (closed.get()) {
      return;
    }
    long oldMicros = timeMicros.getAsLong() - options.retention().toNanos() / 1_000;
    List<CompletableFuture<ChangeLogSize>> partitions = new ArrayList<>();
    for (NodeStatus.Replica replica : status.get().replicas()) {
      if (replica.role() == NodeStatus.Role.LEADER && !replica.partition().isMeta()) {
        partitions.add(
            new PartitionTrim(local, replica, world, oldMicros)
                .run()
                .exceptionally(failure -> ChangeLogSize.NONE)); // the next round tries again
      }
    }
    CompletableFuture<Void> unused =
        CompletableFuture.allOf(partitions.toArray(CompletableFuture[]::new))
            .thenRun(
                () -> {
                  ended(
                      partitions.stream()
                          .map(CompletableFuture::join)
                          .reduce(ChangeLogSize.NONE, ChangeLogSize::plus));
                  start();
                });
  }

  private void ended(ChangeLogSize size) {
    listener.accept(size);
    boolean large = size.bytes() > options.bytesWarn();
    if (isLarge.getAndSet(large) != large) {
      if (large) {
        log.warn(
            "change logs of the partitions led here have grown above the limit: bytes={} limit={}"
                + " records={}",
            size.bytes(),
            options.bytesWarn(),
            size.recordCount());
      } else {
        log.info(
            "change logs of the partitions led here are below the limit again: bytes={} limit={}",
            size.bytes(),
            options.bytesWarn());
      }
    }
  }

  @Override
  public void close() {
    closed.set(true);
  }
}
