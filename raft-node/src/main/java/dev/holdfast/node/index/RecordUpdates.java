package dev.holdfast.node.index;

import dev.holdfast.protocol.command.Command.EntryUpdate;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.ChangeRecord.Kind;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.IndexEntries;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What records of a table's change log mean for its global indexes: by index, the last update of
 * each entry. Pure but for what it has added; used by one thread at a time.
 */
public final class RecordUpdates {
  private final TableDescriptor table;
  private final SortedMap<TableId, Map<Bytes, EntryUpdate>> updates = new TreeMap<>();

  public RecordUpdates(TableDescriptor table) {
    this.table = table;
  }

  /** By index, and by the entry's key; in the order in which entries were first met. */
  public SortedMap<TableId, Map<Bytes, EntryUpdate>> updates() {
    return updates;
  }

  /**
   * Adds a record; one that was written before the table had indexes says too little, and whatever
   * it changed is entered by the backfill.
   */
  public void add(ChangeRecord record) {
    Item before = record.before();
    Item after = record.after();
    boolean isWhole =
        (before != null || record.kind() == Kind.INSERT)
            && (after != null || record.kind() == Kind.REMOVE);
    if (isWhole) {
      for (GlobalIndex index : table.followers().globalIndexes()) {
        add(new IndexEntries(index, table.keySchema()), before, after, record.number());
      }
    }
  }

  private void add(
      IndexEntries entries, @Nullable Item before, @Nullable Item after, long version) {
    Bytes oldKey = before == null ? null : entries.routingKey(before);
    Bytes newKey = after == null ? null : entries.routingKey(after);
    Item newEntry = newKey == null || after == null ? null : entries.entry(after);
    if (oldKey != null && !oldKey.equals(newKey)) {
      put(entries, new EntryUpdate(oldKey, version, null));
    }
    boolean isSame =
        before != null
            && oldKey != null
            && oldKey.equals(newKey)
            && entries.entry(before).equals(newEntry);
    if (newKey != null && !isSame) {
      put(entries, new EntryUpdate(newKey, version, newEntry));
    }
  }

  private void put(IndexEntries entries, EntryUpdate update) {
    updates
        .computeIfAbsent(entries.index().id(), index -> new LinkedHashMap<>())
        .put(update.key(), update);
  }
}
