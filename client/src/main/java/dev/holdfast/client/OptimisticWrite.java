package dev.holdfast.client;

import dev.holdfast.client.HoldfastException.ConditionFailedException;
import dev.holdfast.client.HoldfastException.ConflictException;
import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition.And;
import dev.holdfast.protocol.expression.Condition.Compare;
import dev.holdfast.protocol.expression.Condition.NotExists;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Update.Action;
import dev.holdfast.protocol.expression.Update.SetValue;
import dev.holdfast.protocol.model.EncodedValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads an item, has the user change it, and writes the change if nobody was faster; otherwise
 * begins again, a bounded number of times. Attempts do not overlap.
 */
final class OptimisticWrite {
  static final int ATTEMPT_COUNT_MAX = 25;

  /** Who waits ever longer than those who have just won never has its turn. */
  private static final int PAUSE_GROWS_TIMES = 4;

  private final Table table;
  private final TableCalls calls;
  private final Key key;
  private final Function<Optional<Document>, Document> change;
  private final @Nullable String version;

  /**
   * @param table read strongly
   * @param version a number that every write increments; null when the attributes themselves tell
   *     whether the item was changed
   */
  OptimisticWrite(
      Table table,
      TableCalls calls,
      Key key,
      Function<Optional<Document>, Document> change,
      @Nullable String version) {
    this.table = table;
    this.calls = calls;
    this.key = key;
    this.change = change;
    this.version = version;
  }

  CompletableFuture<Document> run() {
    return attempt(1);
  }

  private CompletableFuture<Document> attempt(int count) {
    return table
        .get(key)
        .thenCompose(
            found -> {
              Document wanted = change.apply(found); // on the user's executor: the read ended there
              return write(found.orElse(null), wanted);
            })
        .exceptionallyCompose(
            failure -> {
              Throwable cause =
                  failure instanceof CompletionException && failure.getCause() != null
                      ? failure.getCause()
                      : failure;
              if (!(cause instanceof ConditionFailedException)) {
                return CompletableFuture.failedFuture(cause);
              }
              return count < ATTEMPT_COUNT_MAX
                  ? Pauses.pause(calls.world(), pause(count))
                      .thenCompose(done -> attempt(count + 1))
                  : CompletableFuture.failedFuture(
                      new ConflictException("others changed the item each of " + count + " times"));
            });
  }

  private Duration pause(int count) {
    return Pauses.jittered(calls.world(), Math.min(count, PAUSE_GROWS_TIMES));
  }

  private CompletableFuture<Document> write(@Nullable Document read, Document wanted) {
    if (version != null) {
      return put(versioned(read, wanted, version), unchangedVersion(read, wanted, version));
    }
    if (read == null) {
      return put(wanted, absent(wanted));
    }
    dev.holdfast.protocol.expression.Update difference = difference(read, wanted);
    return difference.actions().isEmpty()
        ? CompletableFuture.completedFuture(read)
        : table.update(key, Update.of(difference), unchanged(read));
  }

  private CompletableFuture<Document> put(Document wanted, Condition condition) {
    return table.put(wanted, condition).thenApply(done -> wanted);
  }

  private static Document versioned(@Nullable Document read, Document wanted, String version) {
    long last = read == null || !read.has(version) ? 0 : read.longValue(version);
    return wanted.toBuilder().set(version, last + 1).build();
  }

  private static Condition unchangedVersion(
      @Nullable Document read, Document wanted, String version) {
    if (read == null) {
      return absent(wanted);
    }
    EncodedValue last = read.toItem().attribute(version);
    return new Condition(last == null ? new NotExists(Path.of(version)) : unchanged(version, last));
  }

  /** Of an item with these attributes: one that is there has at least the same key attributes. */
  private static Condition absent(Document wanted) {
    List<dev.holdfast.protocol.expression.Condition> all = new ArrayList<>();
    wanted.names().forEach(name -> all.add(new NotExists(Path.of(name))));
    return all(all);
  }

  private static Condition unchanged(Document read) {
    List<dev.holdfast.protocol.expression.Condition> all = new ArrayList<>();
    read.toItem().forEachAttribute((name, value) -> all.add(unchanged(name, value)));
    return all(all);
  }

  private static dev.holdfast.protocol.expression.Condition unchanged(
      String name, EncodedValue value) {
    return new Compare(
        Comparator.EQ, new Operand.Attribute(Path.of(name)), new Operand.Literal(value));
  }

  /** As flat a tree as it can be: conditions may not be nested deeply. */
  private static Condition all(List<dev.holdfast.protocol.expression.Condition> conditions) {
    List<dev.holdfast.protocol.expression.Condition> level = conditions;
    while (level.size() > 1) {
      List<dev.holdfast.protocol.expression.Condition> above = new ArrayList<>();
      for (int i = 0; i < level.size(); i += 2) {
        above.add(i + 1 < level.size() ? new And(level.get(i), level.get(i + 1)) : level.get(i));
      }
      level = above;
    }
    if (level.isEmpty()) {
      throw new HoldfastException.InvalidRequestException("an item has at least its key");
    }
    return new Condition(level.get(0));
  }

  private static dev.holdfast.protocol.expression.Update difference(
      Document read, Document wanted) {
    List<Action> actions = new ArrayList<>();
    Map<String, EncodedValue> before = read.toItem().toEncodedMap();
    Map<String, EncodedValue> after = wanted.toItem().toEncodedMap();
    after.forEach(
        (name, value) -> {
          if (!value.equals(before.get(name))) {
            actions.add(new Action.Set(Path.of(name), new SetValue.Literal(value)));
          }
        });
    for (String name : before.keySet()) {
      if (!after.containsKey(name)) {
        actions.add(new Action.Remove(Path.of(name)));
      }
    }
    return new dev.holdfast.protocol.expression.Update(actions);
  }
}
