package dev.holdfast.statemachine.expiry;

import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.ExpiryEntry;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TimeToLive;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads from one snapshot what has expired. */
public final class ExpiryReader {
  private static final Bytes NEXT = Bytes.wrap(new byte[1]);

  /** Of one answer: also of rows that are nobody's, and of tables. */
  private static final int ROW_COUNT_MAX = 2_000;

  /** Of the items of one answer: whoever deletes them has to log them. */
  private static final int ITEM_BYTES_MAX = 1 << 20;

  private ExpiryReader() {}

  /** One answer. */
  public static ReadResult.Expired read(
      KeyValueReader snapshot,
      ClusterMap.Partition partition,
      Function<TableId, @Nullable TableDescriptor> tables,
      Read.Expired read) {
    List<ExpiryEntry> entries = new ArrayList<>();
    List<TableId> untended = new ArrayList<>();
    int rowCount = 0;
    long bytes = 0;
    Bytes start = read.from().isEmpty() ? KeyLayout.start(KeyLayout.EXPIRY) : read.from();
    try (Cursor rows =
        snapshot.cursor(start, KeyLayout.end(KeyLayout.EXPIRY), Cursor.Direction.FORWARD)) {
      while (rows.next()) {
        Bytes rowKey = rows.key();
        TableId id = ExpiryRows.tableOf(rowKey);
        TableDescriptor table = tables.apply(id);
        if (table == null || table.expiry() == null) {
          rows.seek(ExpiryRows.end(id)); // of a merge that is under way
          continue;
        }
        if (ExpiryRows.isWork(rowKey)) {
          untended.add(id);
          rows.seek(ExpiryRows.from(id, earliest(read)));
        } else {
          ExpiryEntry entry = ExpiryRows.entry(rowKey);
          if (entry.second() < earliest(read)) {
            rows.seek(ExpiryRows.from(id, earliest(read)));
          } else if (entry.second() > read.nowSeconds()) {
            rows.seek(ExpiryRows.end(id));
          } else if (partition.range().contains(entry.key())) {
            entries.add(entry);
            bytes += itemBytes(snapshot, entry);
          }
        }
        if (entries.size() >= read.limit()
            || bytes >= ITEM_BYTES_MAX
            || ++rowCount >= ROW_COUNT_MAX) {
          return new ReadResult.Expired(entries, rowKey.concat(NEXT), untended);
        }
      }
    }
    return new ReadResult.Expired(entries, Bytes.EMPTY, untended);
  }

  private static int itemBytes(KeyValueReader snapshot, ExpiryEntry entry) {
    Bytes item = snapshot.get(KeyLayout.key(KeyLayout.ITEM, entry.key()));
    return item == null ? 0 : item.size();
  }

  private static long earliest(Read.Expired read) {
    return Math.max(0, TimeToLive.earliestDue(read.nowSeconds()));
  }
}
