package dev.holdfast.node.control;

import dev.holdfast.partition.reconcile.MergeControl;
import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the reconciler of merges needs, by way of {@link LinkedReplicaControl}. Remembers since when
 * this controller has known of a merge: the next one has the same patience once more.
 */
final class LinkedMergeControl implements MergeControl {
  private static final Logger log = LoggerFactory.getLogger(LinkedMergeControl.class);
  private static final long PAUSE_MILLIS = 50;

  private final LinkedReplicaControl control;
  private final long patienceNanos;
  private final LongSupplier nanoTime;
  private final Map<Long, Long> knownSinceNanos = new ConcurrentHashMap<>();

  /**
   * @param patience how long the right one of a merge may stand still
   * @param nanoTime monotonic
   */
  LinkedMergeControl(LinkedReplicaControl control, Duration patience, LongSupplier nanoTime) {
    this.control = control;
    this.patienceNanos = patience.toNanos();
    this.nanoTime = nanoTime;
  }

  @Override
  public CompletableFuture<List<Merge>> merges() {
    return control
        .merges()
        .thenApply(
            merges -> {
              List<Long> ids = merges.stream().map(merge -> merge.operation().id()).toList();
              knownSinceNanos.keySet().retainAll(ids);
              ids.forEach(id -> knownSinceNanos.putIfAbsent(id, nanoTime.getAsLong()));
              return merges;
            });
  }

  @Override
  public CompletableFuture<Result> step(ClusterMap.Partition to, MergeCommand command) {
    return control.propose(to, control.newId(), command);
  }

  @Override
  public CompletableFuture<Void> change(MetaCommand command) {
    return control.change(command);
  }

  @Override
  public CompletableFuture<Void> retire(NodeId node, MergeOperation merge) {
    return control.retire(node, merge);
  }

  @Override
  public CompletableFuture<Void> pause() {
    Executor later = CompletableFuture.delayedExecutor(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    return CompletableFuture.runAsync(() -> {}, later);
  }

  @Override
  public boolean isOverdue(MergeOperation merge) {
    Long since = knownSinceNanos.get(merge.id());
    return since != null && nanoTime.getAsLong() - since > patienceNanos;
  }

  @Override
  public void merged(MergeOperation merge) {
    log.info(
        "partition={} epoch={} has absorbed {}",
        merge.left().id(),
        merge.merged().epoch(),
        merge.right().id());
  }

  @Override
  public void abandoned(MergeOperation merge) {
    log.warn(
        "partition={} merge={} with {} was given up; see the log of the node that leads it",
        merge.left().id(),
        merge.id(),
        merge.right().id());
  }

  @Override
  public void retired(MergeOperation merge) {
    log.info("partition={} no node has a replica of it any more", merge.right().id());
  }

  @Override
  public void failed(MergeOperation merge, Throwable failure) {
    log.info(
        "partition={} merge={} with {} goes on later: {}",
        merge.left().id(),
        merge.id(),
        merge.right().id(),
        LinkedReplicaControl.unwrap(failure).getMessage());
  }
}
