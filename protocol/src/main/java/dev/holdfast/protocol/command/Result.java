package dev.holdfast.protocol.command;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What applying a command returns; remembered under its request id (design section 5). */
public sealed interface Result {
  /**
   * An item write that was applied.
   *
   * @param attributes what ReturnValues asked for; null when nothing is to be returned
   */
  record Written(@Nullable Item attributes, WriteCost cost) implements Result {}

  /** A deterministic no: the command was applied and changed nothing. */
  record Rejected(Rejection rejection) implements Result {}

  /** A control or meta command that returns nothing was applied. */
  record Done() implements Result {}

  /**
   * A transaction, or the part of it that one command carries, took effect or is prepared.
   *
   * @param costs one for each action, in order; empty when the command was a repetition
   */
  record Transacted(List<WriteCost> costs) implements Result {
    public Transacted {
      costs = List.copyOf(costs);
    }
  }

  /** A transaction with this token and request took effect before; this one changed nothing. */
  record TokenSpent() implements Result {}

  /** What became of an attempt, as its home knows it. */
  record Settled(Outcome outcome) implements Result {}

  /** A split was decided; it is in progress now. */
  record SplitBegun(SplitOperation operation) implements Result {}

  /** A merge was decided; it is in progress now. */
  record MergeBegun(MergeOperation operation) implements Result {}

  /**
   * A partition is frozen for a merge.
   *
   * @param digest just before that; the same on all replicas (invariant 1)
   */
  record Frozen(Bytes digest) implements Result {}

  /** A partition takes what another holds; not all is here yet. */
  record Gathering() implements Result {}

  /**
   * Items were deleted since they had expired.
   *
   * @param count how many
   */
  record Expired(int count) implements Result {}

  /**
   * A step was taken at the expiry rows of a table.
   *
   * @param filled whether every item of the table here that expires has its row
   * @param goesOn whether there is a step that can be taken at once
   */
  record Tended(boolean filled, boolean goesOn) implements Result {}

  /** A change of members was decided; it is in progress now. */
  record MoveBegun(MoveOperation operation) implements Result {}

  /** A meta command that changed a table; the descriptor after the change. */
  record Table(TableDescriptor table) implements Result {}
}
