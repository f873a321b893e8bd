package dev.holdfast.protocol.command;

import dev.holdfast.protocol.model.Bytes;

/**
 * A part of an encoded {@link LogEntry} that is too large for one entry of the Raft log (decision
 * 0027).
 *
 * @param whole the same in all pieces of an entry, and in no other's
 * @param number of the piece, from 0
 * @param count of the pieces, at least 1
 */
public record EntryPiece(long whole, int number, int count, Bytes content) {
  public EntryPiece {
    if (number < 0 || number >= count) {
      throw new IllegalArgumentException("piece " + number + " of " + count);
    }
  }

  public boolean isLast() {
    return number == count - 1;
  }
}
