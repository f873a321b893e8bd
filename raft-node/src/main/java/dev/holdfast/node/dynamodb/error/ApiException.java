package dev.holdfast.node.dynamodb.error;

import dev.holdfast.protocol.command.CancellationReason;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.WriteCost;
import dev.holdfast.protocol.model.Item;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** An answer that is an error of DynamoDB's. Expected on busy paths: it has no stack trace. */
public final class ApiException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private static final String INVALID = "One or more parameter values were invalid: ";

  private final ErrorType type;
  private final String text;
  private final transient @Nullable Item item;
  private final transient @Nullable WriteCost cost;
  private final transient List<Cancellation> cancellations;
  private final boolean isOfOneVersion;

  public ApiException(ErrorType type, String text) {
    this(type, text, null);
  }

  /**
   * @param item the item that failed its condition, when the request asked for it
   */
  public ApiException(ErrorType type, String text, @Nullable Item item) {
    this(type, text, item, null, List.of(), false);
  }

  private ApiException(
      ErrorType type,
      String text,
      @Nullable Item item,
      @Nullable WriteCost cost,
      List<Cancellation> cancellations,
      boolean isOfOneVersion) {
    super(text, null, false, false);
    this.type = type;
    this.text = text;
    this.item = item;
    this.cost = cost;
    this.cancellations = cancellations;
    this.isOfOneVersion = isOfOneVersion;
  }

  /** A condition that did not hold. */
  public static ApiException conditionFailed(Rejection.ConditionFailed failed) {
    return new ApiException(
        ErrorType.CONDITION_FAILED,
        "The conditional request failed",
        failed.item(),
        failed.cost(),
        List.of(),
        false);
  }

  /** The same problem by another name. */
  public ApiException as(ErrorType other, String words) {
    return new ApiException(other, words, item, cost, cancellations, isOfOneVersion);
  }

  /** The same problem, which a table that has changed since it was last looked up may not have. */
  public ApiException ofOneVersion() {
    return new ApiException(type, text, item, cost, cancellations, true);
  }

  /** A transaction that was cancelled as a whole, with a reason for each of its elements. */
  public static ApiException cancelled(List<CancellationReason> reasons) {
    return cancelledBecause(reasons.stream().map(Cancellation::of).toList());
  }

  /** The same, before the transaction has begun. */
  public static ApiException cancelledBecause(List<Cancellation> cancellations) {
    return new ApiException(
        ErrorType.TRANSACTION_CANCELLED,
        Cancellation.summary(cancellations),
        null,
        null,
        List.copyOf(cancellations),
        false);
  }

  /**
   * A transaction that was cancelled, with these words where an element failed because its item is
   * there already. DynamoDB Local calls that a validation error; of the service it is not known.
   */
  public ApiException withDuplicates(IntPredicate isInsert, String message) {
    List<Cancellation> named = new ArrayList<>();
    for (Cancellation each : cancellations) {
      boolean isDuplicate = each.isConditionFailed() && isInsert.test(named.size());
      named.add(isDuplicate ? Cancellation.invalid(message) : each);
    }
    return new ApiException(type, Cancellation.summary(named), null, null, named, false);
  }

  public static ApiException validation(String text) {
    return new ApiException(ErrorType.VALIDATION, text);
  }

  /** A value that breaks the rules, in DynamoDB's most frequent wording. */
  public static ApiException invalidParameter(String text) {
    return validation(INVALID + text);
  }

  /** An item or key that does not fit its table. */
  public static ApiException misfit(String text) {
    return new ApiException(ErrorType.MISFIT, text);
  }

  /** A misfit in the wording of {@link #invalidParameter}. */
  public static ApiException invalidMisfit(String text) {
    return misfit(INVALID + text);
  }

  /** A body that is no JSON object at all; the service says nothing more of it. */
  public static ApiException unreadable() {
    return serialization("");
  }

  public static ApiException serialization(String text) {
    return new ApiException(ErrorType.SERIALIZATION, text);
  }

  public ErrorType type() {
    return type;
  }

  /** What the client reads; empty when the type says it all. */
  public String text() {
    return text;
  }

  public @Nullable Item item() {
    return item;
  }

  /** What the write that failed its condition has cost; null for any other problem. */
  public @Nullable WriteCost cost() {
    return cost;
  }

  /** Whether it is to be looked up anew before anybody is told. */
  public boolean isOfOneVersion() {
    return isOfOneVersion;
  }

  /** One for each element of a cancelled transaction, in order; otherwise empty. */
  public List<Cancellation> cancellations() {
    return cancellations;
  }
}
