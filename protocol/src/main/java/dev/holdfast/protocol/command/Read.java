package dev.holdfast.protocol.command;

import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.TableId;
import org.jspecify.annotations.Nullable;

/** What can be read from one partition, from one snapshot of it. */
public sealed interface Read
    permits Read.Get,
        Read.Query,
        Read.Scan,
        Read.AskOutcome,
        Read.Observe,
        Read.OpenAttempts,
        Read.Segments,
        Read.Changes,
        Read.Undelivered,
        Read.ChangeLogs,
        Read.Expired,
        Read.Unfilled,
        Read.Indexed,
        MetaRead {

  /**
   * GetItem.
   *
   * @param key exactly the key attributes
   */
  record Get(TableRef table, Item key, Projection projection) implements Read {}

  /**
   * Query: the items of one partition key, in sort-key order.
   *
   * @param index a local index, or null for the table
   * @param partitionKey the value of the partition key, of the schema's type
   * @param output what to return of each item
   */
  record Query(
      TableRef table,
      @Nullable String index,
      EncodedValue partitionKey,
      SortCondition sort,
      Paging paging,
      @Nullable Condition filter,
      Output output)
      implements Read {}

  /**
   * Scan: the items whose routing keys lie in a range.
   *
   * @param range a part of the table's range, such as a segment of a parallel scan
   */
  record Scan(
      TableRef table,
      @Nullable String index,
      KeyRange range,
      Paging paging,
      @Nullable Condition filter,
      Output output)
      implements Read {}

  /**
   * What became of an attempt at a transaction; for its home. UNDECIDED as long as it may still
   * commit: by the stamp of what is applied, not by any clock (transactions.md R2, R3).
   */
  record AskOutcome(Attempt attempt) implements Read {}

  /**
   * One item as a transaction sees it that reads several: with what may be about to change it, and
   * a version to compare (transactions.md R9).
   */
  record Observe(Get get) implements Read {}

  /**
   * The attempts at transactions that this partition still has something to do for, those with the
   * earliest deadlines first (R14).
   *
   * @param deadlineMicrosMax leaves out what may still be under way
   */
  record OpenAttempts(long deadlineMicrosMax, int limit) implements Read {}

  /**
   * The segments of a table's change log that lie in a part of its range, open ones and those whose
   * records are not all deleted.
   */
  record Segments(TableId table, KeyRange range) implements Read {}

  /**
   * Records of a segment, in order.
   *
   * @param start the segment's, by which its partition is found
   * @param after the number that the records come after
   * @param bytesMax the records end with the one that reaches it
   */
  record Changes(TableId table, SegmentId segment, Bytes start, long after, int limit, int bytesMax)
      implements Read {}

  /**
   * The segments of this partition that may hold changes which the global indexes of their tables
   * do not have yet, and the indexes that lack items of this partition from before they were added.
   */
  record Undelivered() implements Read {}

  /** The change logs of all tables in a partition; for whoever deletes what is old of them. */
  record ChangeLogs() implements Read {}

  /**
   * What expires, as far as a leader is to do something about it: the rows of all tables, in order.
   * What it says may be a moment old; whoever acts upon it has it judged once more.
   *
   * @param nowSeconds since the epoch: what has expired until then, but not too long before
   * @param from where the last answer left off; empty at first
   */
  record Expired(long nowSeconds, Bytes from, int limit) implements Read {}

  /**
   * Items of a table, in the order of their keys, that are to be entered into a global index that
   * was added to it. All that there are, held or not: what is about to change them leaves a record.
   *
   * @param from the key that they begin with
   * @param bytesMax they end with the one that reaches it
   */
  record Unfilled(TableId table, Bytes from, int limit, int bytesMax) implements Read {}

  /**
   * How far a global index must be to have every change of a part of its table that is acknowledged
   * by now. Whoever leads the partition answers when the index is that far (decision 0041).
   */
  record Indexed(TableId table, TableId index, KeyRange range) implements Read {}

  /** What a query or scan returns. */
  sealed interface Output {
    /** The projected attributes of each item that passes the filter. */
    record Items(Projection projection) implements Output {}

    /** Every attribute that the index projects (Select ALL_PROJECTED_ATTRIBUTES). */
    record Projected() implements Output {}

    /** Only how many items pass the filter (Select COUNT). */
    record Count() implements Output {}

    /**
     * Of a scan: how many items the partition holds of the whole table or index, and their bytes,
     * as {@code count} and {@code scannedBytes}. They are kept by the writes; nothing is looked at,
     * and range, limit and filter do not matter.
     */
    record Totals() implements Output {}
  }
}
