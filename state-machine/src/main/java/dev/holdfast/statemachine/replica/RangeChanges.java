package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.MergeProgress;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.List;
import java.util.Optional;

/**
 * Decides the commands that change a partition's range or members (replication.md S). Pure. Lives
 * for one command.
 */
final class RangeChanges {
  /**
   * What such a command does.
   *
   * @param seed the header of a child whose seed is to be kept before anything else
   */
  record Change(RangeState range, Optional<Header> seed, Decision decision) {}

  private final Resharding resharding;
  private final Header before;
  private final CommandContext context;
  private final RangeState range;

  /**
   * @param before the entry
   */
  RangeChanges(Resharding resharding, Header before, RangeState range, CommandContext context) {
    this.resharding = resharding;
    this.before = before;
    this.context = context;
    this.range = range;
  }

  /**
   * S2: what the child begins with is the state before the entry, so the command must be the first,
   * and as others after it would not know to which side they belong, the only one. What makes it
   * refuse as invalid stays as it is while the partition has this epoch: a late copy must not split
   * what nobody wants split any more (decision 0019).
   */
  Change split(KeyValueReader state, Command.Split command) {
    SplitOperation operation = command.operation();
    ClusterMap.Partition partition = range.partition();
    if (partition.equals(operation.left())) {
      return nothing(Decision.of(new Result.Done()));
    }
    if (!partition.equals(operation.parent())) {
      return nothing(Decision.reject(new Rejection.WrongPartition()));
    }
    if (context.ordinal() > 0) {
      return nothing(Decision.reject(new Rejection.WrongPartition())); // its leader never does that
    }
    if (range.givenAway() != null || isMerging()) {
      return nothing(
          Decision.reject(new Rejection.WrongPartition())); // not now: the last one first
    }
    Optional<String> objection = resharding.objection(state, operation.key());
    if (objection.isPresent()) {
      return nothing(refused(objection.get()));
    }
    ClusterMap.Partition left = operation.left();
    Header child =
        before.ofChild(
            operation.right(),
            new ApplyContext(context.term(), context.index()),
            context.stampMicros());
    return new Change(
        range.split(left, operation.child()),
        Optional.of(child),
        new Decision(resharding.narrowed(state, left, context.stampMicros()), new Result.Done()));
  }

  private boolean isMerging() {
    MergeProgress merge = range.merge();
    return merge != null && merge.isUnderWay();
  }

  /** S5: a copy, or one that comes after another split, does nothing. */
  Change trim(Command.Trim command) {
    if (range.givenAway() == null || range.partition().epoch() != command.epoch()) {
      return nothing(Decision.of(new Result.Done()));
    }
    return new Change(
        range.trimmed(),
        Optional.empty(),
        new Decision(resharding.trimmed(range.partition().range()), new Result.Done()));
  }

  /**
   * What the map says next. The group's configuration is changed before, so nothing but what
   * replicas say of themselves follows from it (decision 0023).
   */
  Change setMembers(Command.SetMembers command) {
    ClusterMap.Partition now = range.partition();
    ClusterMap.Partition after =
        new ClusterMap.Partition(now.id(), command.epoch() + 1, now.range(), command.replicas());
    if (now.equals(after)) {
      return nothing(Decision.of(new Result.Done()));
    }
    if (now.epoch() != command.epoch()) {
      return nothing(Decision.reject(new Rejection.WrongPartition()));
    }
    return new Change(
        range.as(after), Optional.empty(), new Decision(List.of(), new Result.Done()));
  }

  private Change nothing(Decision decision) {
    return new Change(range, Optional.empty(), decision);
  }

  private static Decision refused(String why) {
    return Decision.reject(new Rejection.Invalid(why));
  }
}
