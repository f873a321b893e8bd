package dev.holdfast.node.expiry;

import dev.holdfast.client.routing.Futures;
import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeStatus;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the partitions that this node leads, again and again, all at the pace of one. A node
 * that leads no longer is refused, and looks no more; whoever leads then begins anew. Thread-safe.
 */
public final class Expiries implements AutoCloseable {
  private final NodeLink local;
  private final Supplier<List<NodeStatus.Replica>> leading;
  private final ExpiryWorld world;
  private final ExpiryOptions options;
  private final Pace pace;
  private final Map<PartitionId, Led> led = new ConcurrentHashMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private record Led(PartitionExpiry expiry, AtomicBoolean isRunning) {}

  /**
   * @param local this node's own replicas
   * @param leading the partitions of items that this node leads now
   */
  public Expiries(
      NodeLink local,
      Supplier<List<NodeStatus.Replica>> leading,
      ExpiryWorld world,
      ExpiryOptions options) {
    this.local = local;
    this.leading = leading;
    this.world = world;
    this.options = options;
    this.pace = new Pace(world.router()::nanoTime, options.itemsPerSecond());
  }

  /** Begins. */
  public void start() {
    world.router().after(options.interval(), this::look);
  }

  private void look() {
    if (closed.get()) {
      return;
    }
    try {
      Set<PartitionId> now =
          leading.get().stream().map(this::looked).collect(Collectors.toUnmodifiableSet());
      led.keySet()
          .removeIf(
              partition -> {
                boolean isLost = !now.contains(partition);
                if (isLost) {
                  world.listener().lag(partition, 0);
                }
                return isLost;
              });
    } finally {
      start();
    }
  }

  private PartitionId looked(NodeStatus.Replica replica) {
    PartitionId id = replica.partition();
    Led partition = led.computeIfAbsent(id, any -> new Led(expiry(), new AtomicBoolean()));
    if (partition.isRunning().compareAndSet(false, true)) {
      Futures.whenEnded(
          partition.expiry().look(replica), (done, failure) -> ended(id, partition, failure));
    }
    return id;
  }

  private PartitionExpiry expiry() {
    return new PartitionExpiry(local, world, pace, options.interval());
  }

  private void ended(PartitionId id, Led partition, @Nullable Throwable failure) {
    partition.isRunning().set(false);
    if (failure != null) {
      world.listener().failed(id, failure);
    }
  }

  @Override
  public void close() {
    closed.set(true);
  }
}
