package dev.holdfast.node.index;

import dev.holdfast.protocol.command.Command.EntryUpdate;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.IndexEntries;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What records of a table's change log mean for one of its global indexes: the last update of each
 * entry. Pure but for what it has added; used by one thread at a time.
 */
public final class RecordUpdates {
  private final IndexEntries entries;
  private final Map<Bytes, EntryUpdate> updates = new LinkedHashMap<>();

  public RecordUpdates(TableDescriptor table, GlobalIndex index) {
    this.entries = new IndexEntries(index, table.keySchema());
  }

  /** One of each entry, in the order in which they were first met. */
  public List<EntryUpdate> updates() {
    return List.copyOf(updates.values());
  }

  /** Adds a record, which has both images: its segment is for this index. */
  public void add(ChangeRecord record) {
    add(record.before(), record.after(), record.number());
  }

  private void add(@Nullable Item before, @Nullable Item after, long version) {
    Bytes oldKey = before == null ? null : entries.routingKey(before);
    Bytes newKey = after == null ? null : entries.routingKey(after);
    Item newEntry = newKey == null || after == null ? null : entries.entry(after);
    if (oldKey != null && !oldKey.equals(newKey)) {
      put(new EntryUpdate(oldKey, version, null));
    }
    boolean isSame =
        before != null
            && oldKey != null
            && oldKey.equals(newKey)
            && entries.entry(before).equals(newEntry);
    if (newKey != null && !isSame) {
      put(new EntryUpdate(newKey, version, newEntry));
    }
  }

  private void put(EntryUpdate update) {
    updates.put(update.key(), update);
  }
}
