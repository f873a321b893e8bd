package dev.holdfast.client;

import dev.holdfast.client.TransactionCalls.Settings;
import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.TransactionRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes and checks of up to a hundred items, of any tables and anywhere in the cluster: all of
 * them happen at one moment, or none. Immutable: each method returns a longer transaction. Begins
 * at {@link HoldfastClient#transaction}.
 *
 * <pre>{@code
 * client.transaction()
 *     .put("orders", order, attribute("id").notExists())
 *     .update("stock", Key.of("pen"), add("count", -3), attribute("count").ge(3))
 *     .delete("carts", Key.of("c-4"))
 *     .check("customers", Key.of("c-4"), attribute("blocked").notExists())
 *     .token("order-o-17")
 *     .commit();
 * }</pre>
 *
 * <p>No two steps may be of the same item. When a condition does not hold, the future fails with
 * {@link HoldfastException.TransactionCancelledException}, which has a reason for each step. What
 * only conflicts with other transactions is tried again a few times first. However often it is
 * tried inside, a transaction takes effect once; with a token of yours also when you try it again,
 * from whatever process, within ten minutes.
 */
public final class Transaction {
  private final TransactionCalls calls;
  private final List<TransactionStep> steps;
  private final @Nullable String token;
  private final Settings settings;

  Transaction(TransactionCalls calls, CallSettings settings) {
    this(calls, List.of(), null, Settings.of(settings));
  }

  private Transaction(
      TransactionCalls calls,
      List<TransactionStep> steps,
      @Nullable String token,
      Settings settings) {
    this.calls = calls;
    this.steps = List.copyOf(steps);
    this.token = token;
    this.settings = settings;
  }

  /** Stores an item whole, in place of any that has its key. */
  public Transaction put(String table, Document item) {
    return with(TransactionStep.put(table, item, null));
  }

  /** Stores an item if the condition holds of the one in its place. */
  public Transaction put(String table, Document item, Condition condition) {
    return with(TransactionStep.put(table, item, condition));
  }

  /** Changes an item, or makes it when there is none. */
  public Transaction update(String table, Key key, Update update) {
    return with(TransactionStep.update(table, key, update, null));
  }

  /** Changes an item if the condition holds of it. */
  public Transaction update(String table, Key key, Update update, Condition condition) {
    return with(TransactionStep.update(table, key, update, condition));
  }

  /** Deletes an item if there is one. */
  public Transaction delete(String table, Key key) {
    return with(TransactionStep.delete(table, key, null));
  }

  /** Deletes an item if the condition holds of it. */
  public Transaction delete(String table, Key key, Condition condition) {
    return with(TransactionStep.delete(table, key, condition));
  }

  /** Leaves an item as it is, and asks for the condition to hold of it. */
  public Transaction check(String table, Key key, Condition condition) {
    return with(TransactionStep.check(table, key, condition));
  }

  /**
   * Names the transaction, so that it takes effect once in ten minutes however often it is
   * committed. Another transaction with the same token is refused.
   *
   * @param name 1 to 36 characters
   */
  public Transaction token(String name) {
    if (name.isEmpty() || name.length() > ClientToken.LENGTH_MAX) {
      throw new HoldfastException.InvalidRequestException(
          "a token has 1 to " + ClientToken.LENGTH_MAX + " characters");
    }
    return new Transaction(calls, steps, name, settings);
  }

  /** The same transaction, to be committed within another time, retries included. */
  public Transaction withTimeout(Duration timeout) {
    return new Transaction(calls, steps, token, settings.with(timeout));
  }

  /**
   * The same transaction, tried so many times when it conflicts with others; default {@value
   * TransactionCalls#ATTEMPT_COUNT_DEFAULT}.
   */
  public Transaction withAttempts(int countMax) {
    return new Transaction(calls, steps, token, settings.with(countMax));
  }

  /** Makes it happen. */
  public CompletableFuture<TransactionResult> commit() {
    return calls.commit(steps, token, settings);
  }

  private Transaction with(TransactionStep step) {
    if (steps.size() == TransactionRequest.ACTION_COUNT_MAX) {
      throw new HoldfastException.InvalidRequestException(
          "a transaction has " + TransactionRequest.ACTION_COUNT_MAX + " steps at most");
    }
    List<TransactionStep> longer = new ArrayList<>(steps);
    longer.add(step);
    return new Transaction(calls, longer, token, settings);
  }
}
