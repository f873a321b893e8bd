package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The memories of a replica, by kind of row. Used by the apply thread. */
final class RowMemories {
  private final @Nullable RowMemory[] byKind = new @Nullable RowMemory[1 << Byte.SIZE];

  /** Of a store that was just opened. */
  static RowMemories load(KeyValueReader store, List<RememberedKind> kinds) {
    RowMemories memories = new RowMemories();
    for (RememberedKind kind : kinds) {
      memories.byKind[Byte.toUnsignedInt(kind.kind())] = kind.load(store);
    }
    return memories;
  }

  /** As {@link RowMemory#get}. */
  RowMemory.@Nullable Known get(Bytes key) {
    RowMemory memory = of(key);
    return memory == null ? null : memory.get(key);
  }

  /** As {@link RowMemory#fetched}. */
  void fetched(Bytes key, @Nullable Bytes value) {
    RowMemory memory = of(key);
    if (memory != null) {
      memory.fetched(key, value);
    }
  }

  /** The batch with this row is committed; empty for a deleted one. */
  void follow(Bytes key, Optional<Bytes> row) {
    RowMemory memory = of(key);
    if (memory == null) {
      return;
    }
    if (row.isPresent()) {
      memory.put(key, row.get());
    } else {
      memory.delete(key);
    }
  }

  /** The batch that removes these rows is committed. */
  void follow(Effect.DeleteRange range) {
    RowMemory memory = of(range.startInclusive());
    if (memory != null) {
      memory.deleteRange(range.startInclusive(), range.endExclusive());
    }
  }

  private @Nullable RowMemory of(Bytes key) {
    return key.isEmpty() ? null : byKind[Byte.toUnsignedInt(key.get(0))];
  }
}
