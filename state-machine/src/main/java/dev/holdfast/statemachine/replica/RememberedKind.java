package dev.holdfast.statemachine.replica;

import dev.holdfast.statemachine.storage.KeyValueReader;

/**
 * A kind of rows of which a replica keeps in memory what spares the apply thread look-ups.
 *
 * @param kind the first byte of their keys
 */
public record RememberedKind(byte kind, Form form) {
  /** What is kept. */
  public enum Form {
    /** The rows with the greatest keys: for kinds of few rows, or of which the newest matter. */
    LAST_ROWS,
    /** The rows read or written last: for many rows of which some are hot. */
    RECENT_ROWS,
    /** Which keys there are, roughly: for many rows whose keys begin with a number for a time. */
    SEEN_KEYS
  }

  RowMemory load(KeyValueReader store) {
    return switch (form) {
      case LAST_ROWS -> LastRows.load(store, kind, LastRows.ROW_COUNT_MAX);
      case RECENT_ROWS -> new RecentRows(RecentRows.ROW_COUNT_MAX);
      case SEEN_KEYS -> SeenKeys.load(store, kind);
    };
  }
}
