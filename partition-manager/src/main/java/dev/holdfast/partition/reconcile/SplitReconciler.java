package dev.holdfast.partition.reconcile;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Carries out the splits that the meta group has decided (decision 0019).
 *
 * <ul>
 *   <li>The parent applies the split, then the map says so. Until then the parent's old epoch is
 *       what clients know, and they are sent on when it is refused.
 *   <li>The proposal of one split has one request id, whoever makes it and however often: a copy
 *       meets the answer of the first (invariant 7).
 *   <li>A parent that says no says so for ever: the split is abandoned. Whatever else goes wrong is
 *       tried again by the next sweep.
 *   <li>One sweep at a time; a trigger during a sweep causes one more after it.
 * </ul>
 *
 * <p>Thread-safe. Keeps nothing between sweeps, so that the next controller goes on where this one
 * stopped; two at the same time do no harm.
 */
public final class SplitReconciler {
  /** Splits worked on at once. */
  private static final int SPLIT_COUNT_MAX = 16;

  /**
   * "a split", in ASCII. Ids of other requests are random, so that none has this half but by a
   * chance of one in 2^64.
   */
  private static final long REQUEST_ID_HIGH = 0x61_20_73_70_6c_69_74_00L;

  private final ReplicaControl control;
  private final Sweeps sweeps = new Sweeps(this::sweep);

  public SplitReconciler(ReplicaControl control) {
    this.control = control;
  }

  /** Sweeps now, or once more after the sweep that is running. */
  public void trigger() {
    sweeps.trigger();
  }

  /** Completes when every split in progress has been tried once; never fails. */
  CompletableFuture<Void> sweep() {
    return control
        .splits()
        .thenCompose(splits -> carryOutFrom(splits, 0))
        .exceptionally(notLeading -> null);
  }

  private CompletableFuture<Void> carryOutFrom(List<SplitOperation> splits, int first) {
    if (first >= splits.size()) {
      return CompletableFuture.completedFuture(null);
    }
    int end = Math.min(splits.size(), first + SPLIT_COUNT_MAX);
    CompletableFuture<?>[] batch =
        splits.subList(first, end).stream().map(this::carryOut).toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(batch).thenCompose(all -> carryOutFrom(splits, end));
  }

  private CompletableFuture<Void> carryOut(SplitOperation operation) {
    return reporting(operation, operation.parent().id(), proposed(operation))
        .thenCompose(result -> concluded(operation, result))
        .exceptionally(reported -> null);
  }

  /** What the parent has answered, now or to an earlier copy. */
  private CompletableFuture<Result> proposed(SplitOperation operation) {
    return control
        .prepare(operation)
        .thenCompose(ready -> propose(operation, operation.parent()))
        .exceptionallyCompose(
            failure ->
                isStaleEpoch(failure)
                    ? propose(operation, operation.left()) // it may have been split already
                    : CompletableFuture.failedFuture(failure));
  }

  private CompletableFuture<Result> propose(SplitOperation operation, ClusterMap.Partition as) {
    return control.propose(as, requestId(operation), new Command.Split(operation));
  }

  static RequestId requestId(SplitOperation operation) {
    return new RequestId(REQUEST_ID_HIGH, operation.child().value());
  }

  private static boolean isStaleEpoch(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof UnavailableException unavailable
        && unavailable.reason() == Reason.STALE_EPOCH;
  }

  private CompletableFuture<Void> concluded(SplitOperation operation, Result result) {
    if (result instanceof Result.Done) {
      return change(operation, new MetaCommand.FinishSplit(operation.child()))
          .thenRun(() -> control.split(operation));
    }
    if (result instanceof Result.Rejected rejected
        && rejected.rejection() instanceof Rejection.Invalid no) {
      return change(operation, new MetaCommand.AbandonSplit(operation.child()))
          .thenRun(() -> control.abandoned(operation, no.message()));
    }
    control.failed(
        operation, operation.parent().id(), new IllegalStateException("answered " + result));
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Void> change(SplitOperation operation, MetaCommand command) {
    return reporting(operation, PartitionId.META, control.change(command));
  }

  private <T> CompletableFuture<T> reporting(
      SplitOperation operation, PartitionId partition, CompletionStage<T> step) {
    return step.whenComplete(
            (done, failure) -> {
              if (failure != null) {
                control.failed(operation, partition, failure);
              }
            })
        .toCompletableFuture();
  }
}
