package dev.holdfast.protocol.command;

import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.model.Item;
import org.jspecify.annotations.Nullable;

/** What a transaction does to one item. */
public sealed interface TransactionAction {
  TableRef table();

  /** The item of a put, otherwise the key; either way it has the key attributes. */
  Item keyOrItem();

  @Nullable Condition condition();

  ReturnOnFailure returnOnFailure();

  /**
   * Puts, updates or deletes.
   *
   * @param write its ReturnValues are {@code NONE}
   */
  record Write(Command.ItemWrite write) implements TransactionAction {
    @Override
    public TableRef table() {
      return write.table();
    }

    @Override
    public Item keyOrItem() {
      return write.keyOrItem();
    }

    @Override
    public @Nullable Condition condition() {
      return write.condition();
    }

    @Override
    public ReturnOnFailure returnOnFailure() {
      return write.returnOnFailure();
    }
  }

  /**
   * ConditionCheck: the transaction takes place only if the condition holds, and nobody changes the
   * item before it has.
   *
   * @param key exactly the key attributes
   */
  record Check(TableRef table, Item key, Condition condition, ReturnOnFailure returnOnFailure)
      implements TransactionAction {
    @Override
    public Item keyOrItem() {
      return key;
    }
  }
}
