package dev.holdfast.jepsen.store;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Tables that have global indexes or a stream, as one client sees them. Used by one thread.
 *
 * <p>Fails as {@link Store} does.
 */
public interface FollowedTables {
  /** What is said of an index that can be read, and has all. */
  String ACTIVE = "ACTIVE";

  /**
   * An item as a table or an index shows it.
   *
   * @param group null in an item that no index knows
   */
  record Entry(String key, long value, @Nullable String group) {}

  /**
   * A stream, as far as it goes.
   *
   * @param shards in the order in which they were read
   * @param records as they were read: each shard from its beginning to its end, and none before its
   *     parent's end
   */
  record Stream(List<Shard> shards, List<StreamRecord> records) {
    public Stream {
      shards = List.copyOf(shards);
      records = List.copyOf(records);
    }
  }

  /** A part of a stream. */
  record Shard(String name, @Nullable String parent) {}

  /**
   * A change, as a stream tells it.
   *
   * @param sequence a number, in digits
   * @param before and {@code after}: the numbers of the item, null where there was none
   */
  record StreamRecord(
      String shard,
      String sequence,
      String kind,
      String key,
      @Nullable Long before,
      @Nullable Long after) {}

  /** Items by their key alone, a global index by their group, and consistent reads of it. */
  void createIndexed(String table, String index);

  /** Items by their key alone, and a stream of all that is before and after. */
  void createStreamed(String table);

  /** Returns when it has begun. */
  void addIndex(String table, String index);

  /** Returns when it has begun. */
  void removeIndex(String table, String index);

  /** What is said of an index; null of one that is not there. */
  @Nullable String statusOf(String table, String index);

  /** How many items a table (index null) or an index is said to have. */
  long count(String table, @Nullable String index);

  /**
   * All of a table (index null) or an index, page by page.
   *
   * @param level {@link Store.Level#STRONG} or {@link Store.Level#EVENTUAL}
   */
  List<Entry> scan(String table, @Nullable String index, Store.Level level);

  /** What an index has under a group. Strong. */
  List<Entry> query(String table, String index, String group);

  /** All of a table's stream. */
  Stream stream(String table);

  /** Lets whoever waits for something rest between two looks. */
  default void rest(long nanos) {
    LockSupport.parkNanos(nanos);
  }
}
