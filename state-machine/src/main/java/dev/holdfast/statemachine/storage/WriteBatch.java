package dev.holdfast.statemachine.storage;

import dev.holdfast.protocol.model.Bytes;

/** Changes that become visible, and survive a crash, together or not at all. Must be closed. */
public interface WriteBatch extends AutoCloseable {
  void put(Bytes key, Bytes value);

  void delete(Bytes key);

  /** Deletes every row from {@code startInclusive} to before {@code endExclusive}. */
  void deleteRange(Bytes startInclusive, Bytes endExclusive);

  /** Makes the changes visible, in the order they were made; at most once per batch. */
  void commit();

  @Override
  void close();
}
