package dev.holdfast.jepsen.workload;

import static dev.holdfast.client.Expressions.attribute;

import dev.holdfast.client.Condition;
import dev.holdfast.client.Document;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.HoldfastException.ConditionFailedException;
import dev.holdfast.client.HoldfastException.ThrottledException;
import dev.holdfast.client.HoldfastException.UnavailableException;
import dev.holdfast.client.Key;
import dev.holdfast.client.ReadLevel;
import dev.holdfast.client.SyncTable;
import dev.holdfast.jepsen.history.Operation.Argument;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Registers as items, through the native client; shares the client it is given. */
public final class NativeRegisters implements Registers {
  static final String KEY = "k";
  static final String VALUE = "v";

  private final SyncTable table;
  private final Supplier<ReadLevel> levels;

  /**
   * @param levels the level of each read, a linearizable one
   */
  public NativeRegisters(HoldfastClient client, String table, Supplier<ReadLevel> levels) {
    this.table = client.sync().table(table);
    this.levels = levels;
  }

  @Override
  public @Nullable Long read(String key) {
    return answered(() -> table.with(levels.get()).get(Key.of(key)).map(NativeRegisters::value))
        .orElse(null);
  }

  @Override
  public void write(String key, long value) {
    answered(
        () -> {
          table.put(item(key, value));
          return true;
        });
  }

  @Override
  public Swap compareAndSet(String key, Argument argument) {
    Long expected = argument.expected();
    Condition condition =
        expected == null ? attribute(KEY).notExists() : attribute(VALUE).eq(expected);
    return answered(
        () -> {
          try {
            table.put(item(key, argument.written()), condition);
            return new Swap(true, null);
          } catch (ConditionFailedException e) {
            return new Swap(false, e.item().map(NativeRegisters::value).orElse(null));
          }
        });
  }

  private static <T> T answered(Supplier<T> call) {
    try {
      return call.get();
    } catch (UnavailableException | ThrottledException e) {
      throw new NoEffectException(e);
    }
  }

  static Document item(String key, long value) {
    return Document.builder().set(KEY, key).set(VALUE, value).build();
  }

  static long value(Document item) {
    return item.longValue(VALUE);
  }

  @Override
  public void close() {}
}
