package dev.holdfast.client;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.model.KeySchema;
import org.jspecify.annotations.Nullable;

/** One step of a transaction, to be made for whatever version its table has. */
record TransactionStep(String table, Maker maker) {
  /** Makes the action for a table. */
  interface Maker {
    TransactionAction of(TableRef table, KeySchema schema);
  }

  static TransactionStep put(String table, Document item, @Nullable Condition condition) {
    return write(
        table,
        (ref, schema) -> {
          Key.of(item, schema).toItem(schema); // fails when it lacks a key, or one of its type
          return new Command.Put(
              ref, item.toItem(), tree(condition), ReturnValues.NONE, onFailure(condition));
        });
  }

  static TransactionStep update(
      String table, Key key, Update update, @Nullable Condition condition) {
    return write(
        table,
        (ref, schema) ->
            new Command.Modify(
                ref,
                key.toItem(schema),
                update.tree(),
                tree(condition),
                ReturnValues.NONE,
                onFailure(condition)));
  }

  static TransactionStep delete(String table, Key key, @Nullable Condition condition) {
    return write(
        table,
        (ref, schema) ->
            new Command.Delete(
                ref, key.toItem(schema), tree(condition), ReturnValues.NONE, onFailure(condition)));
  }

  static TransactionStep check(String table, Key key, Condition condition) {
    return new TransactionStep(
        table,
        (ref, schema) ->
            new TransactionAction.Check(
                ref, key.toItem(schema), condition.tree(), ReturnOnFailure.ALL_OLD));
  }

  private interface WriteMaker {
    Command.ItemWrite of(TableRef table, KeySchema schema);
  }

  private static TransactionStep write(String table, WriteMaker maker) {
    return new TransactionStep(
        table, (ref, schema) -> new TransactionAction.Write(maker.of(ref, schema)));
  }

  private static dev.holdfast.protocol.expression.@Nullable Condition tree(
      @Nullable Condition condition) {
    return condition == null ? null : condition.tree();
  }

  private static ReturnOnFailure onFailure(@Nullable Condition condition) {
    return condition == null ? ReturnOnFailure.NONE : ReturnOnFailure.ALL_OLD;
  }
}
