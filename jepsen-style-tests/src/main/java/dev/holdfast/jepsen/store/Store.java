package dev.holdfast.jepsen.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A store with tables, as one client of it sees them. Used by one thread.
 *
 * <p>A method throws {@link NoEffectException} when certainly nothing has changed, and any other
 * {@link RuntimeException} when nobody knows.
 */
public interface Store extends AutoCloseable {
  /** How the items of a table are named. All have the key {@code k}, a string. */
  enum Shape {
    /** By their key alone. */
    SINGLE,
    /** By their key and the sort key {@code s}, a number. */
    COLLECTIONS
  }

  /**
   * What a read promises. The DynamoDB API knows {@link #STRONG} and {@link #EVENTUAL} only; there
   * the others are strong.
   */
  enum Level {
    STRONG,
    STRONG_FROM_ANY,
    /** What this client has seen, it sees again. */
    SESSION,
    /** Not older than {@link Store#STALENESS_MILLIS_MAX}. */
    BOUNDED,
    EVENTUAL
  }

  /** The bound of {@link Level#BOUNDED}. */
  long STALENESS_MILLIS_MAX = 500;

  /**
   * What became of a change.
   *
   * @param done false when its expectation was not met
   * @param before the item that was not as expected, or to which was appended; otherwise {@link
   *     Content#NONE}
   */
  record Answer(boolean done, Content before) {}

  /**
   * A part of a table or of a collection.
   *
   * @param cells in the order of the store
   * @param last where the next page begins; null after the last
   */
  record Page(List<Cell> cells, @Nullable Cell last) {}

  /** Returns when it can be used. */
  void createTable(String table, Shape shape);

  /** Returns when its name can be used again. */
  void deleteTable(String table);

  Content get(Cell cell, Level level);

  Answer change(Change change);

  /** All of them as they are at one moment. */
  Map<Cell, Content> getTogether(Collection<Cell> cells);

  /**
   * All of them at one moment, or none.
   *
   * @return false if one did not meet what it expects; nothing has changed then
   */
  boolean changeTogether(List<Change> changes);

  /** Strong. */
  Page scan(String table, int limit, @Nullable Cell after);

  /** A collection in the order of its sort keys. Strong. */
  Page query(String table, String key, int limit, @Nullable Cell after);

  /** What follows the changes of tables. */
  FollowedTables followed();

  /** What this client has seen, for another that goes on; empty where the API has no such thing. */
  String sessionToken();

  @Override
  void close();
}
