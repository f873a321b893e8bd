package dev.holdfast.protocol.command;

import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.ExpiryEntry;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link Read} returns. */
public sealed interface ReadResult {
  /**
   * Of a {@link Read.Get}.
   *
   * @param item projected; null when there is none
   * @param itemBytes the size of the whole item by DynamoDB's rules, 0 when there is none
   */
  record Found(@Nullable Item item, int itemBytes) implements ReadResult {}

  /**
   * Of a {@link Read.Query} or {@link Read.Scan}.
   *
   * @param items those that passed the filter; empty for {@code Output.Count}
   * @param count how many passed the filter
   * @param scannedCount how many were looked at
   * @param scannedBytes their size by DynamoDB's rules, as the index shows them
   * @param readBytes what the page was limited by: of an item that was fetched from the table its
   *     whole size, of others what {@code scannedBytes} counts
   * @param fetchedUnits 4 KB units read from the table for attributes an index does not project
   * @param lastEvaluated the last key looked at when limit or bytes ended the page, else null
   * @param continues whether the range goes on in the neighbouring partition (never together with
   *     {@code lastEvaluated})
   */
  record Page(
      List<Item> items,
      int count,
      int scannedCount,
      long scannedBytes,
      long readBytes,
      int fetchedUnits,
      @Nullable Item lastEvaluated,
      boolean continues)
      implements ReadResult {
    public Page {
      items = List.copyOf(items);
    }
  }

  /** The read could not be served from this partition's state; see {@link Rejection#retryable}. */
  record Refused(Rejection rejection) implements ReadResult {}

  /**
   * Of a {@link Read.Observe}.
   *
   * @param now the item as it is while {@code writer} is undecided
   * @param version changes when the item is written, and perhaps without that; to be compared only
   *     with what the same leader answered in the same term
   * @param writer the attempt that will change the item if it commits; null when there is none
   * @param afterwards the item as it will be then; null when there is no writer
   */
  record Observed(Found now, long version, @Nullable Attempt writer, @Nullable Found afterwards)
      implements ReadResult {}

  /** Of a {@link Read.OpenAttempts}, in order of deadlines. */
  record Attempts(List<OpenAttempt> attempts) implements ReadResult {
    public Attempts {
      attempts = List.copyOf(attempts);
    }
  }

  /** Of {@link TransactionGet}s: one for each, in order, all of one moment. */
  record Together(List<Found> items) implements ReadResult {
    public Together {
      items = List.copyOf(items);
    }
  }

  /** Of a {@link Read.AskOutcome}. */
  record Settled(Outcome outcome) implements ReadResult {}

  /**
   * Of a {@link Read.Segments}, in order of their ids.
   *
   * @param continues whether the range goes on in the neighbouring partition
   */
  record Segments(List<ChangeSegment> segments, boolean continues) implements ReadResult {
    public Segments {
      segments = List.copyOf(segments);
    }
  }

  /**
   * Of a {@link Read.Changes}.
   *
   * @param segment as it is; null when there is none, or none any more
   * @param last the number of the last record that there is in the segment, or was
   */
  record Changes(@Nullable ChangeSegment segment, List<ChangeRecord> records, long last)
      implements ReadResult {
    public Changes {
      records = List.copyOf(records);
    }
  }

  /**
   * Of a {@link Read.Undelivered}.
   *
   * @param backlogs in order of tables and segments
   * @param backfills in order of tables and indexes
   * @param isFollowed whether there is any table with global indexes here
   */
  record Undelivered(List<Backlog> backlogs, List<Backfill> backfills, boolean isFollowed)
      implements ReadResult {
    public Undelivered {
      backlogs = List.copyOf(backlogs);
      backfills = List.copyOf(backfills);
    }
  }

  /**
   * Of a {@link Read.Indexed}.
   *
   * @param positions the segments that the index may not have all of
   * @param pending the attempts at transactions that have committed and are not carried out here:
   *     what they will change has no record yet
   * @param continues whether the range goes on in the next partition
   */
  record Indexed(List<Position> positions, List<AttemptId> pending, boolean continues)
      implements ReadResult {
    public Indexed {
      positions = List.copyOf(positions);
      pending = List.copyOf(pending);
    }

    /** A number that an index must have reached in a segment. */
    public record Position(SegmentId segment, long number) {}
  }

  /**
   * An index that lacks items of this partition.
   *
   * @param table as the partition knows it
   * @param from the first key from which they may be lacking
   */
  record Backfill(TableDescriptor table, TableId index, Bytes from) {}

  /**
   * Of a {@link Read.Unfilled}.
   *
   * @param version number of the last change that they show, of whichever key: a later one of any
   *     of them has a greater number, and an earlier one no greater one
   * @param next what the next items begin with
   */
  record Unfilled(List<Item> items, long version, Bytes next) implements ReadResult {
    public Unfilled {
      items = List.copyOf(items);
    }
  }

  /**
   * A segment with changes that are to be brought to indexes.
   *
   * @param table as the partition knows it
   * @param last the number of the last record that there is
   */
  record Backlog(TableDescriptor table, ChangeSegment segment, long last) {}

  /** Of a {@link Read.ChangeLogs}. */
  record ChangeLogs(List<Log> logs) implements ReadResult {
    public ChangeLogs {
      logs = List.copyOf(logs);
    }

    /**
     * That of one table.
     *
     * @param last the last number taken
     */
    public record Log(TableId table, long last, List<ChangeSegment> segments) {
      public Log {
        segments = List.copyOf(segments);
      }
    }
  }

  /**
   * Of a {@link Read.Expired}.
   *
   * @param entries of items that are in the partition, as the rows say
   * @param next where to read on; empty when there is no more
   * @param untended tables of which there is something to be done first, those met before {@code
   *     next}
   */
  record Expired(List<ExpiryEntry> entries, Bytes next, List<TableId> untended)
      implements ReadResult {
    public Expired {
      entries = List.copyOf(entries);
      untended = List.copyOf(untended);
    }
  }

  /** Of {@link MetaRead.GetMap}. */
  record Map(ClusterMap map) implements ReadResult {}

  /**
   * Of {@link MetaRead.GetSplits}.
   *
   * @param operations in progress, in order of the children's ids
   * @param kept children that are not to be merged again without being asked for, in order
   */
  record Splits(List<SplitOperation> operations, List<PartitionId> kept) implements ReadResult {
    public Splits {
      operations = List.copyOf(operations);
      kept = List.copyOf(kept);
    }
  }

  /** Of {@link MetaRead.GetMerges}, in order of their ids. */
  record Merges(List<Merge> merges) implements ReadResult {
    public Merges {
      merges = List.copyOf(merges);
    }
  }

  /** Of {@link MetaRead.GetMembership}; null before the cluster has a map. */
  record Members(@Nullable Membership membership) implements ReadResult {}

  /** Of {@link MetaRead.GetTable}; null when there is no such table. */
  record Table(@Nullable TableDescriptor table) implements ReadResult {}

  /**
   * Of {@link MetaRead.ListTables}.
   *
   * @param more whether there are names after the last one returned
   */
  record TableNames(List<String> names, boolean more) implements ReadResult {
    public TableNames {
      names = List.copyOf(names);
    }
  }
}
