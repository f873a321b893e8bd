package dev.holdfast.statemachine.change;

import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The reads of change logs, from one snapshot. */
public final class ChangeReader {
  /** Of one answer, whatever was asked for; the last record may go beyond the bytes. */
  private static final int RECORD_COUNT_MAX = 1_000;

  private static final int RECORD_BYTES_MAX = 1 << 20;

  private ChangeReader() {}

  /** The segments whose first keys are in the range, as far as this partition goes. */
  public static ReadResult segments(
      KeyValueReader snapshot, ClusterMap.Partition partition, Read.Segments read) {
    KeyRange held = read.range().intersection(partition.range());
    if (held == null) {
      return new ReadResult.Refused(new Rejection.WrongPartition());
    }
    List<ChangeSegment> segments =
        ChangeRows.segments(snapshot, read.table()).stream()
            .filter(segment -> held.contains(segment.start()))
            .toList();
    return new ReadResult.Segments(segments, goesOn(read.range(), held));
  }

  private static boolean goesOn(KeyRange wanted, KeyRange held) {
    Bytes end = held.endExclusive();
    return end != null && (wanted.endExclusive() == null || wanted.contains(end));
  }

  /** The tables that have a change log here. */
  public static List<TableId> tables(KeyValueReader snapshot) {
    List<TableId> tables = new ArrayList<>();
    try (Cursor heads =
        snapshot.cursor(
            KeyLayout.start(KeyLayout.CHANGE_HEAD),
            KeyLayout.end(KeyLayout.CHANGE_HEAD),
            Cursor.Direction.FORWARD)) {
      while (heads.next()) {
        tables.add(ChangeRows.tableOfHead(heads.key()));
      }
    }
    return tables;
  }

  /** Number of the last change of a table here; 1 when there is none yet. */
  public static long last(KeyValueReader snapshot, TableId table) {
    return Math.max(1, ChangeHead.decode(snapshot.get(ChangeRows.head(table))).last());
  }

  /** The segments that the table's global indexes may not have all of. */
  public static List<ReadResult.Backlog> undelivered(
      KeyValueReader snapshot, TableDescriptor table) {
    long last = last(snapshot, table.id());
    List<ReadResult.Backlog> backlogs = new ArrayList<>();
    for (ChangeSegment segment : ChangeRows.segments(snapshot, table.id())) {
      long end = segment.isOpen() ? last : segment.last();
      if (end > segment.deliveredThrough()
          && !table.followers().globalIndexesOf(segment).isEmpty()) {
        backlogs.add(new ReadResult.Backlog(table, segment, end));
      }
    }
    return backlogs;
  }

  /** How far an index must be to have everything of the held part of a range. */
  public static ReadResult indexed(
      KeyValueReader snapshot, TableDescriptor table, Read.Indexed read, KeyRange held) {
    Optional<GlobalIndex> index =
        table.followers().globalIndexes().stream()
            .filter(each -> each.id().equals(read.index()))
            .findFirst();
    if (index.isEmpty()) {
      return new ReadResult.Refused(new Rejection.StaleTable(read.table()));
    }
    List<ReadResult.Indexed.Position> positions = new ArrayList<>();
    for (ReadResult.Backlog backlog : undelivered(snapshot, table)) {
      if (backlog.segment().isFor(index.get())) {
        positions.add(new ReadResult.Indexed.Position(backlog.segment().id(), backlog.last()));
      }
    }
    return new ReadResult.Indexed(positions, List.of(), goesOn(read.range(), held));
  }

  /** All that there is, also of tables that nobody follows any more. */
  public static ReadResult logs(KeyValueReader snapshot) {
    List<ReadResult.ChangeLogs.Log> logs = new ArrayList<>();
    try (Cursor heads =
        snapshot.cursor(
            KeyLayout.start(KeyLayout.CHANGE_HEAD),
            KeyLayout.end(KeyLayout.CHANGE_HEAD),
            Cursor.Direction.FORWARD)) {
      while (heads.next()) {
        TableId table = ChangeRows.tableOfHead(heads.key());
        logs.add(
            new ReadResult.ChangeLogs.Log(
                table,
                ChangeHead.decode(heads.value()).last(),
                ChangeRows.segments(snapshot, table)));
      }
    }
    return new ReadResult.ChangeLogs(logs);
  }

  /** Records of one segment. */
  public static ReadResult changes(
      KeyValueReader snapshot, ClusterMap.Partition partition, Read.Changes read) {
    if (!partition.range().contains(read.start())) {
      return new ReadResult.Refused(new Rejection.WrongPartition());
    }
    ChangeSegment segment = ChangeRows.find(snapshot, read.table(), read.segment());
    if (segment == null) {
      return new ReadResult.Changes(null, List.of(), 0);
    }
    long last =
        segment.isOpen()
            ? ChangeHead.decode(snapshot.get(ChangeRows.head(read.table()))).last()
            : segment.last();
    return new ReadResult.Changes(segment, records(snapshot, read, segment), last);
  }

  private static List<ChangeRecord> records(
      KeyValueReader snapshot, Read.Changes read, ChangeSegment segment) {
    List<ChangeRecord> records = new ArrayList<>();
    int limit = Math.min(read.limit(), RECORD_COUNT_MAX);
    int bytesMax = Math.min(read.bytesMax(), RECORD_BYTES_MAX);
    long first = Math.max(read.after(), segment.trimmedThrough()) + 1;
    long bytes = 0;
    try (Cursor rows =
        snapshot.cursor(
            ChangeRows.record(read.table(), read.segment(), first),
            ChangeRows.endOfRecords(read.table(), read.segment()),
            Cursor.Direction.FORWARD)) {
      while (records.size() < limit && bytes < bytesMax && rows.next()) {
        Bytes row = rows.value();
        records.add(ChangeRecord.decode(ChangeRows.numberOf(rows.key()), row));
        bytes += row.size();
      }
    }
    return records;
  }
}
