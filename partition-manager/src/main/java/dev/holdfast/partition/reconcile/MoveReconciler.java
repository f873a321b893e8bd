package dev.holdfast.partition.reconcile;

import dev.holdfast.protocol.command.MembershipChange.FinishMove;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.MoveOperation.Outcome;
import dev.holdfast.protocol.model.MoveStep;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Carries out the moves that the meta group has decided (decision 0023).
 *
 * <ul>
 *   <li>The new node joins as a listener, without any state. From then on the group's leader takes
 *       step after step, as {@link MoveStep} says; what it takes is the next one, so a copy of the
 *       request does no harm.
 *   <li>The group has its members, and its log says so, before the map does.
 *   <li>A step that fails, or has to wait, is tried again by the next sweep.
 *   <li>One sweep at a time; a trigger during a sweep causes one more after it.
 * </ul>
 *
 * <p>Thread-safe. Keeps nothing between sweeps, so that the next controller goes on where this one
 * stopped; two at the same time do no harm.
 */
public final class MoveReconciler {
  /** Moves worked on at once. */
  private static final int MOVE_COUNT_MAX = 16;

  /** More than any move needs; then the next sweep goes on. */
  private static final int STEP_COUNT_MAX = 12;

  private final MoveControl control;
  private final Sweeps sweeps = new Sweeps(this::sweep);

  public MoveReconciler(MoveControl control) {
    this.control = control;
  }

  /** Sweeps now, or once more after the sweep that is running. */
  public void trigger() {
    sweeps.trigger();
  }

  /** Completes when every move in progress has been tried once; never fails. */
  CompletableFuture<Void> sweep() {
    return control
        .membership()
        .thenCompose(
            membership -> {
              List<MoveOperation> moves = membership.map(Membership::moves).orElseGet(List::of);
              return moves.isEmpty()
                  ? done()
                  : control.map().thenCompose(map -> carryOutFrom(moves, 0, map));
            })
        .exceptionally(notLeading -> null);
  }

  private CompletableFuture<Void> carryOutFrom(
      List<MoveOperation> moves, int first, ClusterMap map) {
    if (first >= moves.size()) {
      return done();
    }
    int end = Math.min(moves.size(), first + MOVE_COUNT_MAX);
    CompletableFuture<?>[] batch =
        moves.subList(first, end).stream()
            .map(move -> carryOut(move, map))
            .toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(batch).thenCompose(all -> carryOutFrom(moves, end, map));
  }

  private CompletableFuture<Void> carryOut(MoveOperation move, ClusterMap map) {
    boolean joins = move.add() != null && !move.givenUp();
    return (joins ? control.hostListener(move, map) : done())
        .thenCompose(joined -> advance(move, map, STEP_COUNT_MAX))
        .thenCompose(outcome -> outcome.map(end -> conclude(move, end)).orElseGet(() -> done()))
        .exceptionally(
            failure -> {
              control.failed(move, failure);
              return null;
            });
  }

  /** Step by step until the move is over, or has to wait. */
  private CompletableFuture<Optional<Outcome>> advance(
      MoveOperation move, ClusterMap map, int stepsLeft) {
    return control
        .advance(move, map)
        .thenCompose(
            step -> {
              if (step.isEnd()) {
                return CompletableFuture.completedFuture(
                    Optional.of(step == MoveStep.MOVED ? Outcome.MOVED : Outcome.UNDONE));
              }
              control.advanced(move, step);
              boolean goesOn = step != MoveStep.WAIT && step != MoveStep.STRANGE;
              return goesOn && stepsLeft > 1
                  ? advance(move, map, stepsLeft - 1)
                  : CompletableFuture.completedFuture(Optional.empty());
            });
  }

  private CompletableFuture<Void> conclude(MoveOperation move, Outcome outcome) {
    return control
        .change(
            new MetaCommand.Membership(
                new FinishMove(move.before().id(), move.before().epoch(), outcome)))
        .thenRun(() -> control.ended(move, outcome));
  }

  private static CompletableFuture<Void> done() {
    return CompletableFuture.completedFuture(null);
  }
}
