package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which keys of one kind may be there, for rows that are many and hardly ever found again. Their
 * keys begin with a number that grows with time, of which old ones are removed together.
 *
 * <p>Invariant: the filter of every number above {@code unknownUntil} holds all keys with that
 * number. What was there when the store was opened is not looked at: the store answers for it until
 * it is gone.
 */
final class SeenKeys implements RowMemory {
  private final long unknownUntil;
  private final TreeMap<Long, KeyFilter> filters = new TreeMap<>();

  private SeenKeys(long unknownUntil) {
    this.unknownUntil = unknownUntil;
  }

  static SeenKeys load(KeyValueReader store, byte kind) {
    try (Cursor stored =
        store.cursor(KeyLayout.start(kind), KeyLayout.end(kind), Cursor.Direction.BACKWARD)) {
      return new SeenKeys(stored.next() ? KeyLayout.number(stored.key()) : -1);
    }
  }

  @Override
  public @Nullable Known get(Bytes key) {
    long number = KeyLayout.number(key);
    if (number <= unknownUntil) {
      return null;
    }
    KeyFilter filter = filters.get(number);
    return filter != null && filter.mayContain(key) ? null : Known.ABSENT;
  }

  @Override
  public void put(Bytes key, Bytes value) {
    long number = KeyLayout.number(key);
    if (number > unknownUntil) {
      filters.computeIfAbsent(number, first -> new KeyFilter()).add(key);
    }
  }

  /** A key that was there may be seen for longer. */
  @Override
  public void delete(Bytes key) {}

  @Override
  public void deleteRange(Bytes startInclusive, Bytes endExclusive) {
    filters
        .keySet()
        .removeIf(
            number ->
                startInclusive.compareTo(first(startInclusive, number)) <= 0
                    && first(startInclusive, number + 1).compareTo(endExclusive) <= 0);
  }

  private static Bytes first(Bytes ofKind, long number) {
    return KeyLayout.key(ofKind.get(0), number);
  }
}
