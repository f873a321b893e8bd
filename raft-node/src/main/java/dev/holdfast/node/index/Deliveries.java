package dev.holdfast.node.index;

import dev.holdfast.client.routing.Futures;
import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks after the deliveries of the partitions that this node leads: every few milliseconds those
 * that have applied something since, each by one step after the other. Thread-safe.
 */
public final class Deliveries implements AutoCloseable {
  /** A change waits for half of this on average, far less than what an index may be behind. */
  private static final Duration PERIOD = Duration.ofMillis(5);

  private static final Duration AFTER_FAILURE = Duration.ofMillis(100);

  /** Nobody follows anything there; whoever creates an index waits no longer than this. */
  private static final Duration UNFOLLOWED = Duration.ofMillis(200);

  private final NodeLink local;
  private final Supplier<List<NodeStatus.Replica>> leading;
  private final EntrySender sender;
  private final DeliveryWorld world;
  private final Map<PartitionId, Led> led = new ConcurrentHashMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** A partition that is led here. */
  private static final class Led {
    private final Delivery delivery;
    private final AtomicBoolean isRunning = new AtomicBoolean();

    /** Up to which there is nothing to be done. */
    private volatile long quietIndex = -1;

    /** As it was looked at last. */
    private volatile NodeStatus.@Nullable Replica replica;

    private Led(Delivery delivery) {
      this.delivery = delivery;
    }
  }

  /**
   * @param local this node's own replicas
   * @param leading the partitions of items that this node leads now
   */
  public Deliveries(
      NodeLink local,
      Supplier<List<NodeStatus.Replica>> leading,
      EntrySender sender,
      DeliveryWorld world) {
    this.local = local;
    this.leading = leading;
    this.sender = sender;
    this.world = world;
  }

  /** Begins. */
  public void start() {
    world.router().after(PERIOD, this::look);
  }

  private void look() {
    if (closed.get()) {
      return;
    }
    try {
      Set<PartitionId> now = leading.get().stream().map(this::looked).collect(Collectors.toSet());
      List<PartitionId> left = led.keySet().stream().filter(id -> !now.contains(id)).toList();
      left.forEach(this::forget);
    } finally {
      world.router().after(PERIOD, this::look);
    }
  }

  private void forget(PartitionId partition) {
    Led gone = led.remove(partition);
    if (gone != null) {
      gone.delivery.abandon(
          new UnavailableException(Reason.NOT_LEADER, partition + " is not led here any more"));
    }
    world.listener().left(partition);
  }

  /** Whether a partition that this node leads is to take no writes of some table. */
  boolean stopsAny(PartitionId partition) {
    Led known = led.get(partition);
    return known != null && known.delivery.stopsAny();
  }

  /** Learns of writes that were refused. */
  void stopped(int writeCount) {
    world.listener().stopped(writeCount);
  }

  /** Whether a partition that this node leads is to take no writes of a table for a while. */
  boolean stops(PartitionId partition, TableId table) {
    Led known = led.get(partition);
    return known != null && known.delivery.stops(table);
  }

  /**
   * Completes once an index has reached all positions in a partition that this node leads, or with
   * false when it has not in time.
   */
  CompletableFuture<Boolean> await(
      NodeRequest.ReadFrom request,
      Read.Indexed read,
      ReadResult.Indexed wanted,
      Duration timeout) {
    PartitionId partition = request.partition();
    Led known = led.get(partition);
    if (wanted.positions().isEmpty()) {
      return CompletableFuture.completedFuture(true);
    }
    if (known == null) { // it is led here since a moment ago, or not any more
      return CompletableFuture.failedFuture(
          new UnavailableException(Reason.NOT_READY, partition + " is not delivered yet"));
    }
    CompletableFuture<Boolean> reached = known.delivery.await(request.epoch(), read, wanted);
    world.router().after(timeout, () -> reached.complete(false));
    world.router().after(Duration.ZERO, () -> begin(known)); // not on the thread of an answer
    return reached;
  }

  private PartitionId looked(NodeStatus.Replica replica) {
    Led partition =
        led.computeIfAbsent(replica.partition(), id -> new Led(new Delivery(local, sender, world)));
    partition.replica = replica;
    if (replica.appliedIndex() > partition.quietIndex || partition.delivery.isAwaited()) {
      begin(partition);
    }
    return replica.partition();
  }

  private void begin(Led partition) {
    NodeStatus.Replica replica = partition.replica;
    if (replica != null && !closed.get() && partition.isRunning.compareAndSet(false, true)) {
      run(partition, replica);
    }
  }

  private void run(Led partition, NodeStatus.Replica replica) {
    Futures.whenEnded(
        partition.delivery.step(replica),
        (found, failure) -> ended(partition, replica, found, failure));
  }

  private void ended(
      Led partition,
      NodeStatus.Replica replica,
      Delivery.@Nullable Found found,
      @Nullable Throwable failure) {
    if (failure != null) {
      world.listener().failed(replica.partition(), failure);
      world.router().after(AFTER_FAILURE, () -> partition.isRunning.set(false));
      return;
    }
    if (found != null && found.quietIndex() >= 0) {
      partition.quietIndex = found.quietIndex();
    }
    if (found != null && !found.isFollowed()) {
      world.router().after(UNFOLLOWED, () -> partition.isRunning.set(false));
    } else {
      partition.isRunning.set(false);
    }
  }

  @Override
  public void close() {
    closed.set(true);
  }
}
