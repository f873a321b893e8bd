package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.statemachine.table.TableWorkload;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Random steps of a few attempts on few keys, in an order that no coordinator would keep to: they
 * need not make sense, but mean the same on every replica.
 */
public final class TransactionWorkload {
  private static final int ATTEMPT_COUNT = 6;
  private static final int TIME_OUT_MICROS_MAX = 40_000;

  private final Random random;
  private final TableWorkload tables;
  private final List<Bytes> keys = new ArrayList<>();
  private final List<Attempt> attempts = new ArrayList<>();

  public TransactionWorkload(Random random, TableWorkload tables) {
    this.random = random;
    this.tables = tables;
  }

  /**
   * @param stampMicros of the entry that the step will be in
   */
  public Command step(long stampMicros) {
    if (attempts.size() < ATTEMPT_COUNT || random.nextInt(4) == 0) {
      attempts.add(attempt(stampMicros));
    }
    int recent = Math.min(attempts.size(), ATTEMPT_COUNT);
    Attempt attempt = attempts.get(attempts.size() - 1 - random.nextInt(recent));
    return switch (random.nextInt(9)) {
      case 0 -> new TransactionCommand.Transact(token(), actions());
      case 1, 2, 3 -> new TransactionCommand.Prepare(attempt, actions());
      case 4 -> new TransactionCommand.Decide(attempt, actions(), someKeys());
      case 5 -> new TransactionCommand.Commit(attempt, someKeys());
      case 6 -> new TransactionCommand.Abort(attempt, someKeys());
      case 7 -> new TransactionCommand.Confirm(attempt, someKeys());
      default -> new TransactionCommand.Settle(attempt);
    };
  }

  private Attempt attempt(long stampMicros) {
    return new Attempt(
        new AttemptId(random.nextLong(), random.nextLong()),
        routingKey(Item.of(tables.key())),
        stampMicros + random.nextInt(TIME_OUT_MICROS_MAX),
        token());
  }

  private @Nullable ClientToken token() {
    if (random.nextBoolean()) {
      return null;
    }
    byte[] hash = new byte[ClientToken.HASH_BYTES];
    hash[0] = (byte) random.nextInt(2);
    return new ClientToken("t" + random.nextInt(4), Bytes.wrap(hash));
  }

  private List<TransactionAction> actions() {
    List<TransactionAction> actions = new ArrayList<>();
    for (int left = 1 + random.nextInt(3); left > 0; left--) {
      TransactionAction action =
          random.nextInt(4) == 0
              ? new TransactionAction.Check(
                  TableWorkload.REF,
                  Item.of(tables.key()),
                  random.nextBoolean()
                      ? new Condition.Exists(Path.of("pk"))
                      : new Condition.NotExists(Path.of("a")),
                  ReturnOnFailure.ALL_OLD)
              : new TransactionAction.Write(tables.write());
      keys.add(routingKey(action.keyOrItem()));
      actions.add(action);
    }
    return actions;
  }

  private List<Bytes> someKeys() {
    List<Bytes> some = new ArrayList<>();
    for (int left = random.nextInt(4); left > 0 && !keys.isEmpty(); left--) {
      some.add(keys.get(keys.size() - 1 - random.nextInt(Math.min(keys.size(), 12))));
    }
    return some;
  }

  private static Bytes routingKey(Item keyOrItem) {
    return KeyEncoding.routingKey(TableWorkload.TABLE.id(), TableWorkload.SCHEMA, keyOrItem);
  }
}
