package dev.holdfast.statemachine.storage;

import dev.holdfast.protocol.model.Bytes;

/** A walk over rows, in one direction, by one thread; must be closed. */
public interface Cursor extends AutoCloseable {
  /** Which way a cursor goes. */
  enum Direction {
    FORWARD,
    BACKWARD
  }

  /** Moves to the next row; false when there is none, and then {@link #key} must not be called. */
  boolean next();

  /**
   * Jumps, so that {@link #next} moves to the first row at or beyond this key in the cursor's
   * direction. Never leaves the cursor's interval.
   */
  void seek(Bytes key);

  Bytes key();

  Bytes value();

  @Override
  void close();
}
