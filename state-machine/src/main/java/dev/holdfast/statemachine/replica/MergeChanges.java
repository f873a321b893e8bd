package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.statemachine.spi.MergeProgress;
import dev.holdfast.statemachine.spi.MergeProgress.Phase;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides the steps of merges (replication.md M, decision 0022). Pure. Lives for one command.
 *
 * <ul>
 *   <li>What is decided for a merge that this partition knows follows from the phase alone; what it
 *       knows of an earlier merge is forgotten only once that has ended.
 *   <li>"Invalid" is for what stays impossible for ever, so that the merge can be given up; what
 *       may become possible is refused as the wrong partition.
 *   <li>Between Freeze and Unfreeze no row of the right one changes: whichever of its replicas they
 *       are read from, they are the same.
 * </ul>
 */
final class MergeChanges {
  private final Resharding resharding;
  private final Header before;
  private final RangeState range;
  private final CommandContext context;
  private final KeyValueReader state;

  /**
   * @param before the entry
   */
  MergeChanges(
      Resharding resharding,
      Header before,
      RangeState range,
      CommandContext context,
      KeyValueReader state) {
    this.resharding = resharding;
    this.before = before;
    this.range = range;
    this.context = context;
    this.state = state;
  }

  /**
   * @param floorMicros of the request-id window as of this entry
   */
  RangeChanges.Change decide(MergeCommand command, long floorMicros) {
    if (command instanceof MergeCommand.Freeze freeze) {
      return freeze(freeze.operation(), floorMicros);
    }
    if (command instanceof MergeCommand.Gather gather) {
      return gather(gather);
    }
    if (command instanceof MergeCommand.Take take) {
      return take(take);
    }
    if (command instanceof MergeCommand.Absorb absorb) {
      return absorb(absorb);
    }
    if (command instanceof MergeCommand.Cancel cancel) {
      return cancel(cancel.operation());
    }
    return unfreeze(((MergeCommand.Unfreeze) command).operation());
  }

  private RangeChanges.Change freeze(MergeOperation operation, long floorMicros) {
    MergeProgress known = range.merge();
    if (isSame(operation)) {
      return known != null && known.phase() == Phase.FROZEN
          ? answer(new Result.Frozen(known.digest()))
          : invalid("the merge was cancelled");
    }
    Optional<RangeChanges.Change> objection = objection(operation);
    if (objection.isPresent()) {
      return objection.get();
    }
    if (!range.partition().equals(operation.right()) || isBusy() || context.ordinal() > 0) {
      return notNow();
    }
    return changed(
        range.with(
            MergeProgress.frozen(operation, before.digest(), context.stampMicros(), floorMicros)),
        List.of(),
        new Result.Frozen(before.digest()));
  }

  /** What a split, or a merge that was cancelled, has left behind goes first (M). */
  private RangeChanges.Change gather(MergeCommand.Gather command) {
    MergeOperation operation = command.operation();
    MergeProgress known = range.merge();
    if (known != null && isSame(operation)) {
      return switch (known.phase()) {
        case GATHERING -> answer(new Result.Gathering());
        case ABSORBED -> answer(new Result.Done());
        case CANCELLED, FROZEN -> invalid("the merge was cancelled");
      };
    }
    Optional<RangeChanges.Change> objection = objection(operation);
    if (objection.isPresent()) {
      return objection.get();
    }
    if (!range.partition().equals(operation.left()) || isBusy()) {
      return notNow();
    }
    return changed(
        range.with(MergeProgress.gathering(operation, command.digest())),
        discarded(),
        new Result.Gathering());
  }

  private List<Effect> discarded() {
    List<Effect> effects = new ArrayList<>();
    effects.add(StagedRows.discarded());
    effects.addAll(resharding.discarded(state, new StagedRows(state), range.partition().range()));
    return effects;
  }

  private RangeChanges.Change take(MergeCommand.Take command) {
    MergeProgress known = gatheringAfter(command.merge(), command.after());
    if (known == null || command.rows().isEmpty()) {
      return answer(new Result.Done());
    }
    List<Effect> effects = new ArrayList<>(command.rows().size());
    long bytes = 0;
    Bytes last = command.after();
    for (MergeCommand.Row row : command.rows()) {
      bytes += row.key().size() + row.value().size();
      last = row.key();
      effects.add(
          new Effect.Put(
              resharding.isPlaced(row.key()) ? row.key() : StagedRows.keyOf(row.key()),
              row.value()));
    }
    return changed(range.with(known.taken(last, bytes)), effects, new Result.Done());
  }

  /** The commit point: what was taken is united with what was here, and the range is the whole. */
  private RangeChanges.Change absorb(MergeCommand.Absorb command) {
    MergeProgress known = gatheringAfter(command.merge(), command.after());
    if (known == null) {
      return answer(new Result.Done());
    }
    MergeOperation operation = known.operation();
    long stampMicros = Math.max(context.stampMicros(), command.stampMicros());
    List<Effect> effects =
        new ArrayList<>(resharding.united(state, new StagedRows(state), stampMicros));
    effects.add(StagedRows.discarded());
    return new RangeChanges.Change(
        range
            .with(MergeProgress.ended(operation, Phase.ABSORBED))
            .grown(operation.merged(), stampMicros),
        Optional.empty(),
        new Decision(effects, new Result.Done()));
  }

  private RangeChanges.Change cancel(MergeOperation operation) {
    MergeProgress known = range.merge();
    if (known != null && isSame(operation)) {
      return switch (known.phase()) {
        case GATHERING -> changed(cancelled(operation), discarded(), new Result.Done());
        case CANCELLED -> answer(new Result.Done());
        case ABSORBED -> invalid("it has absorbed " + operation.right().id());
        case FROZEN -> invalid("it is the right one");
      };
    }
    Optional<RangeChanges.Change> objection = objection(operation);
    if (objection.isPresent()) {
      return objection.get();
    }
    if (!range.partition().id().equals(operation.left().id()) || isUnderWay()) {
      return notNow();
    }
    return changed(cancelled(operation), List.of(), new Result.Done());
  }

  /** The epoch is a later one: what was sent before the freeze and arrives only now is refused. */
  private RangeChanges.Change unfreeze(MergeOperation operation) {
    MergeProgress known = range.merge();
    if (known != null && isSame(operation)) {
      return switch (known.phase()) {
        case FROZEN ->
            changed(cancelled(operation).as(operation.unfrozen()), List.of(), new Result.Done());
        case CANCELLED -> answer(new Result.Done());
        case GATHERING, ABSORBED -> invalid("it is the left one");
      };
    }
    Optional<RangeChanges.Change> objection = objection(operation);
    if (objection.isPresent()) {
      return objection.get();
    }
    if (!range.partition().equals(operation.right()) || isUnderWay()) {
      return notNow();
    }
    return changed(cancelled(operation).as(operation.unfrozen()), List.of(), new Result.Done());
  }

  private RangeState cancelled(MergeOperation operation) {
    return range.with(MergeProgress.ended(operation, Phase.CANCELLED));
  }

  private @Nullable MergeProgress gatheringAfter(long merge, Bytes after) {
    MergeProgress known = range.merge();
    return known != null
            && known.operation().id() == merge
            && known.phase() == Phase.GATHERING
            && known.after().equals(after)
        ? known
        : null;
  }

  private boolean isSame(MergeOperation operation) {
    MergeProgress known = range.merge();
    return known != null && known.operation().id() == operation.id();
  }

  /** To every step of a merge that is earlier than one that is known. */
  private Optional<RangeChanges.Change> objection(MergeOperation operation) {
    MergeProgress known = range.merge();
    return known != null && known.operation().id() > operation.id()
        ? Optional.of(invalid("a later merge has begun"))
        : Optional.empty();
  }

  private boolean isUnderWay() {
    MergeProgress known = range.merge();
    return known != null && known.isUnderWay();
  }

  private boolean isBusy() {
    return range.givenAway() != null || isUnderWay();
  }

  private RangeChanges.Change changed(RangeState after, List<Effect> effects, Result result) {
    return new RangeChanges.Change(after, Optional.empty(), new Decision(effects, result));
  }

  private RangeChanges.Change answer(Result result) {
    return changed(range, List.of(), result);
  }

  private RangeChanges.Change invalid(String why) {
    return answer(new Result.Rejected(new Rejection.Invalid(why)));
  }

  private RangeChanges.Change notNow() {
    return answer(new Result.Rejected(new Rejection.WrongPartition()));
  }
}
