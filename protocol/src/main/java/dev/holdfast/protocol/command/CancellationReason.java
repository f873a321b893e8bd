package dev.holdfast.protocol.command;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import org.jspecify.annotations.Nullable;

/** Why one action of a transaction stood in the way of the whole. */
public sealed interface CancellationReason {
  /** It did not. */
  record None() implements CancellationReason {}

  /**
   * Its condition did not hold.
   *
   * @param item as it is, when ReturnValuesOnConditionCheckFailure asked for it
   */
  record ConditionFailed(@Nullable Item item) implements CancellationReason {}

  /** It does not fit the item. */
  record Invalid(String message) implements CancellationReason {}

  /** The item collection would exceed 10 GB (tables with local indexes). */
  record CollectionTooLarge() implements CancellationReason {}

  /** Others changed the item whenever it was its turn. */
  record Conflict() implements CancellationReason {}

  /** Another transaction holds the item. */
  record Locked(Bytes key, Attempt holder) implements CancellationReason {}
}
