package dev.holdfast.protocol.command;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.TableId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why an applied command changed nothing. */
public sealed interface Rejection {
  /** Whether the same request, refreshed, may succeed; such results are not remembered (E1). */
  default boolean retryable() {
    return false;
  }

  /**
   * The condition did not hold.
   *
   * @param item the item as it is, when ReturnValuesOnConditionCheckFailure asked for it
   */
  record ConditionFailed(@Nullable Item item, WriteCost cost) implements Rejection {}

  /** The update does not fit the item: a type, a missing path, a number out of range, a size. */
  record InvalidUpdate(String message) implements Rejection {}

  /** The command's table version is not this partition's, or the table is not known here. */
  record StaleTable(TableId table) implements Rejection {
    @Override
    public boolean retryable() {
      return true;
    }
  }

  /** The key, or the epoch, is not this partition's. */
  record WrongPartition() implements Rejection {
    @Override
    public boolean retryable() {
      return true;
    }
  }

  /** The request may have been applied before and has been forgotten since (E2). */
  record Indeterminate() implements Rejection {}

  /** The item collection would exceed 10 GB (tables with local indexes). */
  record CollectionTooLarge() implements Rejection {}

  /**
   * Another transaction holds the item. Whoever wrote may ask the holder's home, resolve the intent
   * if it is decided, and try again (transactions.md R7).
   */
  record Locked(Bytes key, Attempt holder) implements Rejection {
    @Override
    public boolean retryable() {
      return true;
    }
  }

  /**
   * A transaction, or the part of it that one command carries, was refused as a whole.
   *
   * @param reasons one for each action, in order
   */
  record Cancelled(List<CancellationReason> reasons) implements Rejection {
    public Cancelled {
      reasons = List.copyOf(reasons);
    }

    /** Only locks are in the way, and they may be gone the next time (R7). */
    @Override
    public boolean retryable() {
      return reasons.stream()
          .allMatch(
              reason ->
                  reason instanceof CancellationReason.Locked
                      || reason instanceof CancellationReason.Conflict
                      || reason instanceof CancellationReason.None);
    }
  }

  /** The token was used with another request in the last ten minutes. */
  record TokenMismatch() implements Rejection {}

  /** A transaction with this token is under way. */
  record TransactionInProgress() implements Rejection {}

  /** The partition keeps as many unfinished transactions as it may (invariant 11). */
  record LedgerFull() implements Rejection {
    @Override
    public boolean retryable() {
      return true;
    }
  }

  /**
   * A global index of the table is too far behind. Said by whoever leads, before anything is
   * replicated: the command was not applied.
   */
  record IndexBehind() implements Rejection {
    @Override
    public boolean retryable() {
      return true;
    }
  }

  /**
   * The attempt's deadline lies further ahead than any coordinator with a right clock puts it
   * (transactions.md R12): its clock or the partition's is off, and nothing was planted.
   */
  record DeadlineTooFar() implements Rejection {
    @Override
    public boolean retryable() {
      return true;
    }
  }

  /** The attempt is over: its deadline has passed, or it was aborted or resolved before. */
  record AttemptOver() implements Rejection {}

  /** A meta command about a table that does not exist. */
  record TableNotFound(String name) implements Rejection {}

  /** A meta command about a global index that the table does not have. */
  record IndexNotFound(String index, String table) implements Rejection {}

  /** A meta command that the table's existence or status forbids, with DynamoDB's message. */
  record TableInUse(String message) implements Rejection {}

  /** The table has another policy than was expected, or none, with DynamoDB's message. */
  record PolicyNotFound(String message) implements Rejection {}

  /** A meta command beyond a limit, with DynamoDB's message. */
  record LimitExceeded(String message) implements Rejection {}

  /** A meta command that is not valid in the present state, with DynamoDB's message. */
  record Invalid(String message) implements Rejection {}
}
