package dev.holdfast.statemachine.storage;

/** One moment of a store. Used by one thread; must be closed. */
public interface StoreSnapshot extends KeyValueReader, AutoCloseable {
  @Override
  void close();
}
