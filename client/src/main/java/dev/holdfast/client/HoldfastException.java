package dev.holdfast.client;

import java.io.Serial;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An operation that did not succeed; each kind says what the caller may do.
 *
 * <pre>{@code
 * try {
 *   orders.put(order, attribute("id").notExists());
 * } catch (HoldfastException.ConditionFailedException e) {
 *   Document present = e.item().orElseThrow(); // it was there before
 * } catch (HoldfastException.IndeterminateException e) {
 *   // read before you decide: it may have been stored
 * }
 * }</pre>
 *
 * <p>One thrown by a method that waits has the stack trace of its caller; one that a future fails
 * with has none.
 */
public abstract sealed class HoldfastException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private HoldfastException(@Nullable String message, @Nullable Throwable cause) {
    super(message, cause, true, true);
  }

  /** Expected on busy paths, and made on threads that say nothing of the caller: no stack trace. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }

  /** Shows where the caller waited. */
  HoldfastException thrownHere() {
    setStackTrace(new Throwable().getStackTrace());
    return this;
  }

  /** The condition did not hold, and nothing was changed. */
  public static final class ConditionFailedException extends HoldfastException {
    @Serial private static final long serialVersionUID = 1;
    private final transient @Nullable Document item;

    ConditionFailedException(@Nullable Document item) {
      super("the condition did not hold", null);
      this.item = item;
    }

    /** The item for which the condition did not hold; empty when there is none. */
    public Optional<Document> item() {
      return Optional.ofNullable(item);
    }
  }

  /** A transaction was cancelled, and nothing was changed. */
  public static final class TransactionCancelledException extends HoldfastException {
    @Serial private static final long serialVersionUID = 1;
    private final transient List<Reason> reasons;

    TransactionCancelledException(List<Reason> reasons) {
      super("the transaction was cancelled: " + reasons, null);
      this.reasons = List.copyOf(reasons);
    }

    /** One for each step of the transaction, in order. */
    public List<Reason> reasons() {
      return reasons;
    }

    /** Whether nothing but other writers stood in the way: then it may be tried again as it is. */
    public boolean isConflict() {
      return reasons.stream()
          .allMatch(reason -> reason.kind() == Kind.NONE || reason.kind() == Kind.CONFLICT);
    }

    /** Why a step stood in the way of the whole. */
    public enum Kind {
      /** It did not. */
      NONE,
      /** Its condition did not hold. */
      CONDITION_FAILED,
      /** It does not fit the item. */
      INVALID,
      /** Another transaction holds the item, or others keep changing it. */
      CONFLICT
    }

    /**
     * What became of one step.
     *
     * @param message empty for {@link Kind#NONE}
     * @param item for which the condition did not hold; null when there is none
     */
    public record Reason(Kind kind, String message, @Nullable Document item) {
      @Override
      public String toString() {
        return kind == Kind.INVALID ? kind + " (" + message + ")" : kind.toString();
      }
    }
  }

  /** Others changed the item, or held it, each time it was tried; nothing was changed. */
  public static final class ConflictException extends HoldfastException {
    @Serial private static final long serialVersionUID = 1;

    ConflictException(String message) {
      super(message, null);
    }
  }

  /** The request breaks a rule and will never succeed as it is; nothing was changed. */
  public static final class InvalidRequestException extends HoldfastException {
    @Serial private static final long serialVersionUID = 1;

    InvalidRequestException(@Nullable String message) {
      super(message, null);
    }
  }

  /** There is no such table. */
  public static final class TableNotFoundException extends HoldfastException {
    @Serial private static final long serialVersionUID = 1;

    TableNotFoundException(String table) {
      super("there is no table '" + table + "'", null);
    }
  }

  /** The table exists already, is not ready yet, or is being deleted. */
  public static final class TableInUseException extends HoldfastException {
    @Serial private static final long serialVersionUID = 1;

    TableInUseException(String message) {
      super(message, null);
    }
  }

  /** A limit was reached and nothing happened; send less, or again after a while. */
  public static final class ThrottledException extends HoldfastException {
    @Serial private static final long serialVersionUID = 1;

    ThrottledException(@Nullable String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** Certainly nothing was changed; it is safe to try again. */
  public static final class UnavailableException extends HoldfastException {
    @Serial private static final long serialVersionUID = 1;

    UnavailableException(@Nullable String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Changes were deleted, for their age, before the subscriber has read them; {@link
   * Changes#skippingTrimmed} goes on with the oldest that are left.
   */
  public static final class ChangesTrimmedException extends HoldfastException {
    @Serial private static final long serialVersionUID = 1;

    ChangesTrimmedException(String message) {
      super(message, null);
    }
  }

  /** A listener failed with one batch of changes, however often it got it; the cause is its own. */
  public static final class ListenerFailedException extends HoldfastException {
    @Serial private static final long serialVersionUID = 1;

    ListenerFailedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The write may or may not have been applied; read before deciding whether to repeat it. */
  public static final class IndeterminateException extends HoldfastException {
    @Serial private static final long serialVersionUID = 1;

    IndeterminateException(@Nullable String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
