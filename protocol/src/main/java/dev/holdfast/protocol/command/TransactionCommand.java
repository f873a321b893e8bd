package dev.holdfast.protocol.command;

import dev.holdfast.protocol.model.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps of transactions (design section 7; transactions.md R1-R14, the last participant is the
 * ledger).
 *
 * <p>A transaction within one partition is one {@link Transact}. Of one that spans several, all
 * partitions but the attempt's home {@link Prepare}, then the home {@link Decide}s: that entry is
 * the commit point. {@link Commit} or {@link Abort} resolve the intents, {@link Confirm} tells the
 * home that they are resolved. All are idempotent for an attempt, and judged per key (R5).
 *
 * <p>So they are not remembered under their request ids, of which a coordinator would otherwise
 * fill the window. Copies of
 *
 * <ul>
 *   <li>Prepare find the intents, or that their keys are over, or, from the deadline on, that it is
 *       too late (R6);
 *   <li>Decide find the record until its deadline, after which none can commit (R2);
 *   <li>Commit and Abort find no intents any more;
 *   <li>Confirm take away from a set what is gone;
 *   <li>Settle change nothing.
 * </ul>
 */
public sealed interface TransactionCommand extends Command {
  @Override
  default boolean isGrouped() {
    return true;
  }

  @Override
  default boolean isRemembered() {
    return false;
  }

  <R> R dispatch(Handler<R> handler);

  /** What it does to items; nothing, when it only resolves or asks. */
  default List<TransactionAction> actions() {
    return List.of();
  }

  /** The routing keys that it names, beside those of its actions. */
  default List<Bytes> keys() {
    return List.of();
  }

  /** A whole transaction in one entry. It has no attempt, and perhaps no token: its id counts. */
  record Transact(@Nullable ClientToken token, List<TransactionAction> actions)
      implements TransactionCommand {
    public Transact {
      actions = List.copyOf(actions);
    }

    @Override
    public boolean isRemembered() {
      return true;
    }

    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.transact(this);
    }
  }

  /** Checks these actions' conditions and leaves an intent for each, all or none. */
  record Prepare(Attempt attempt, List<TransactionAction> actions) implements TransactionCommand {
    public Prepare {
      actions = List.copyOf(actions);
    }

    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.prepare(this);
    }
  }

  /**
   * Carries out these actions and records the attempt as committed, or does nothing and records it
   * as aborted. Sent once all others are prepared.
   *
   * @param intentKeys the routing keys that are prepared elsewhere; the record is kept until the
   *     last of them is confirmed (R3)
   */
  record Decide(Attempt attempt, List<TransactionAction> actions, List<Bytes> intentKeys)
      implements TransactionCommand {
    public Decide {
      actions = List.copyOf(actions);
      intentKeys = List.copyOf(intentKeys);
    }

    @Override
    public List<Bytes> keys() {
      return intentKeys;
    }

    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.decide(this);
    }
  }

  /** Carries out what the attempt's intents on these keys say. Only for a committed attempt. */
  record Commit(Attempt attempt, List<Bytes> keys) implements TransactionCommand {
    public Commit {
      keys = List.copyOf(keys);
    }

    @Override
    public boolean canWait() {
      return true;
    }

    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.commit(this);
    }
  }

  /** Drops the attempt's intents on these keys. Only for an attempt that can never commit. */
  record Abort(Attempt attempt, List<Bytes> keys) implements TransactionCommand {
    public Abort {
      keys = List.copyOf(keys);
    }

    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.abort(this);
    }
  }

  /** Tells the home that the intents on these keys are resolved. */
  record Confirm(Attempt attempt, List<Bytes> keys) implements TransactionCommand {
    public Confirm {
      keys = List.copyOf(keys);
    }

    @Override
    public boolean canWait() {
      return true;
    }

    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.confirm(this);
    }
  }

  /**
   * Asks the home what became of the attempt. As an entry has a stamp, one at or after the deadline
   * makes the answer final (R2).
   */
  record Settle(Attempt attempt) implements TransactionCommand {
    @Override
    public <R> R dispatch(Handler<R> handler) {
      return handler.settle(this);
    }
  }

  /** One method per step. */
  interface Handler<R> {
    R transact(Transact command);

    R prepare(Prepare command);

    R decide(Decide command);

    R commit(Commit command);

    R abort(Abort command);

    R confirm(Confirm command);

    R settle(Settle command);
  }
}
