package dev.holdfast.node.transaction;

import dev.holdfast.client.routing.Session;
import dev.holdfast.client.routing.TransactionSteps;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The router as its callers know it, over a network that delays, loses and repeats: a step is sent
 * again until it is answered, its copies arrive in any order and long after the caller has given
 * up; one that fails as unavailable was never sent; a no that is not remembered is asked for once
 * more, finally (R11).
 */
final class SimulatedNetwork implements TransactionSteps {
  private static final long AGAIN_MICROS = 300_000;
  private static final double LOST = 0.08;
  private static final double REFUSED = 0.02;

  private final SimulatedWorld world;
  private final SimulatedNode node;
  private final SimulatedCluster cluster;
  private final Session session;

  SimulatedNetwork(
      SimulatedWorld world, SimulatedNode node, SimulatedCluster cluster, Session session) {
    this.world = world;
    this.node = node;
    this.cluster = cluster;
    this.session = session;
  }

  /** What clients read here is strong; a session learns where it was answered. */
  @Override
  public TransactionSteps in(Session learning) {
    return new SimulatedNetwork(world, node, cluster, learning);
  }

  @Override
  public CompletableFuture<Optional<TableDescriptor>> table(String name) {
    return CompletableFuture.completedFuture(Optional.of(SimulatedLists.TABLE));
  }

  @Override
  public CompletableFuture<ClusterMap> knownMap(Duration timeout) {
    return CompletableFuture.completedFuture(cluster.map());
  }

  @Override
  public CompletableFuture<Result> propose(
      Bytes routingKey, TransactionCommand step, RequestId id, Duration timeout) {
    node.takeStep();
    if (!node.isAlive()) {
      return new CompletableFuture<>(); // nobody is there any more to send it, or to be told
    }
    SimulatedPartition partition = cluster.partitionOf(routingKey);
    return exchange(partition, () -> partition.apply(id, step, false), timeout)
        .thenCompose(
            result ->
                step.isRemembered() && isRetryable(result)
                    ? exchange(partition, () -> partition.apply(id, step, true), timeout) // R11
                    : CompletableFuture.completedFuture(result));
  }

  private static boolean isRetryable(Result result) {
    return result instanceof Result.Rejected no && no.rejection().retryable();
  }

  @Override
  public CompletableFuture<Answers> ask(Bytes routingKey, List<Read> reads, Duration timeout) {
    SimulatedPartition partition = cluster.partitionOf(routingKey);
    return exchange(
        partition,
        () -> {
          List<ReadResult> results = partition.read(reads);
          return new Answers(partition.partition().id(), 1, results);
        },
        timeout);
  }

  private <T> CompletableFuture<T> exchange(
      SimulatedPartition partition, Supplier<T> there, Duration timeout) {
    if (world.chance(REFUSED)) {
      return CompletableFuture.failedFuture(new UnavailableException(Reason.NOT_READY, "refused"));
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    long patienceMicros = Math.min(timeout.toNanos() / 1000, 4_000_000);
    for (long micros = 0; micros < patienceMicros; micros += AGAIN_MICROS) {
      world.afterMicros(
          micros,
          () -> {
            if (node.isAlive() && !answer.isDone()) {
              send(partition, there, answer);
            }
          });
    }
    world.afterMicros(
        patienceMicros,
        () -> {
          if (node.isAlive()) {
            answer.completeExceptionally(new IndeterminateException("no answer", null));
          }
        });
    return answer;
  }

  private <T> void send(
      SimulatedPartition partition, Supplier<T> there, CompletableFuture<T> answer) {
    if (world.chance(LOST)) {
      return;
    }
    world.afterMicros(
        world.delayMicros(),
        () -> {
          T result = there.get();
          long index = partition.index();
          if (!world.chance(LOST)) {
            world.afterMicros(
                world.delayMicros(),
                () -> {
                  if (node.isAlive() && !answer.isDone()) {
                    session.saw(partition.partition().id(), index);
                    answer.complete(result);
                  }
                });
          }
        });
  }
}
