package dev.holdfast.partition.reconcile;

import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.NodeId;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Carries out the merges that the meta group has decided (decision 0022).
 *
 * <ul>
 *   <li>The right one is frozen, then the left one takes what it holds, then the map says so; only
 *       then do nodes remove their replicas of the right one.
 *   <li>A merge that cannot be done, or takes too long, is cancelled in the left one's log first;
 *       only then does the right one serve again. If the left one has absorbed it by then it says
 *       so, and the merge is done.
 *   <li>Every sweep begins with the first step: what was done is answered as it was, and so whoever
 *       leads goes on where another stopped. Two at the same time do no harm.
 *   <li>One sweep at a time; a trigger during a sweep causes one more after it.
 * </ul>
 *
 * <p>Thread-safe. Keeps nothing between sweeps.
 */
public final class MergeReconciler {
  /** How often a sweep looks whether all is taken. */
  private static final int LOOK_COUNT_MAX = 20;

  private final MergeControl control;
  private final Sweeps sweeps = new Sweeps(this::sweep);

  public MergeReconciler(MergeControl control) {
    this.control = control;
  }

  /** Sweeps now, or once more after the sweep that is running. */
  public void trigger() {
    sweeps.trigger();
  }

  /** Completes when every merge has been tried once; never fails. */
  CompletableFuture<Void> sweep() {
    return control
        .merges()
        .thenCompose(
            merges ->
                CompletableFuture.allOf(
                    merges.stream().map(this::goOn).toArray(CompletableFuture[]::new)))
        .exceptionally(notLeading -> null);
  }

  private CompletableFuture<Void> goOn(Merge merge) {
    MergeOperation operation = merge.operation();
    CompletableFuture<Void> step = merge.absorbed() ? retireAll(operation) : freeze(operation);
    return step.exceptionally(
        failure -> {
          control.failed(operation, failure);
          return null;
        });
  }

  private CompletableFuture<Void> freeze(MergeOperation operation) {
    return control
        .step(operation.right(), new MergeCommand.Freeze(operation))
        .thenCompose(
            result -> {
              if (result instanceof Result.Frozen frozen) {
                return gather(new MergeCommand.Gather(operation, frozen.digest()), LOOK_COUNT_MAX);
              }
              return orCancel(operation, result);
            })
        .exceptionallyCompose(failure -> ifOverdue(operation, failure));
  }

  private CompletableFuture<Void> gather(MergeCommand.Gather gather, int looksLeft) {
    MergeOperation operation = gather.operation();
    return control
        .step(operation.left(), gather)
        .thenCompose(
            result -> {
              if (result instanceof Result.Done) {
                return control
                    .change(new MetaCommand.FinishMerge(operation.id()))
                    .thenRun(() -> control.merged(operation));
              }
              if (result instanceof Result.Gathering && looksLeft > 0) {
                return control.pause().thenCompose(paused -> gather(gather, looksLeft - 1));
              }
              return orCancel(operation, result);
            });
  }

  /** What is impossible for ever, or has taken too long, is given up; the rest is tried again. */
  private CompletableFuture<Void> orCancel(MergeOperation operation, Result result) {
    if (isInvalid(result) || control.isOverdue(operation)) {
      return cancel(operation);
    }
    return result instanceof Result.Gathering
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(new IllegalStateException("answered " + result));
  }

  private CompletableFuture<Void> ifOverdue(MergeOperation operation, Throwable failure) {
    return control.isOverdue(operation)
        ? cancel(operation)
        : CompletableFuture.failedFuture(failure);
  }

  private static boolean isInvalid(Result result) {
    return result instanceof Result.Rejected rejected
        && rejected.rejection() instanceof Rejection.Invalid;
  }

  /** M: the left one first. Should it have absorbed the right one, the next sweep finds that. */
  private CompletableFuture<Void> cancel(MergeOperation operation) {
    return done(operation.left(), new MergeCommand.Cancel(operation))
        .thenCompose(cancelled -> done(operation.right(), new MergeCommand.Unfreeze(operation)))
        .thenCompose(unfrozen -> control.change(new MetaCommand.AbandonMerge(operation.id())))
        .thenRun(() -> control.abandoned(operation));
  }

  private CompletableFuture<Result> done(ClusterMap.Partition to, MergeCommand command) {
    return control
        .step(to, command)
        .thenCompose(
            result ->
                result instanceof Result.Done
                    ? CompletableFuture.completedFuture(result)
                    : CompletableFuture.failedFuture(
                        new IllegalStateException("answered " + result)));
  }

  private CompletableFuture<Void> retireAll(MergeOperation operation) {
    List<NodeId> nodes = operation.right().replicas();
    return CompletableFuture.allOf(
            nodes.stream()
                .map(node -> control.retire(node, operation))
                .toArray(CompletableFuture[]::new))
        .thenCompose(all -> control.change(new MetaCommand.ForgetMerge(operation.id())))
        .thenRun(() -> control.retired(operation));
  }
}
