package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The attempts that may be about to change something that global indexes follow. */
final class IndexIntents {
  private IndexIntents() {}

  /** Of the items in a range, each once; a partition has few (invariant 11). */
  static Collection<Attempt> of(KeyValueReader snapshot, @Nullable KeyRange items) {
    Map<AttemptId, Attempt> attempts = new LinkedHashMap<>();
    if (items == null || Counts.intents(snapshot) == 0) {
      return attempts.values();
    }
    Bytes itemsEnd = items.endExclusive();
    try (Cursor rows =
        snapshot.cursor(
            IntentRow.key(items.startInclusive()),
            itemsEnd == null ? KeyLayout.end(KeyLayout.INTENT) : IntentRow.key(itemsEnd),
            Cursor.Direction.FORWARD)) {
      while (rows.next()) {
        IntentRow.Intent intent = IntentRow.decode(rows.value()).change();
        if (intent != null) {
          attempts.put(intent.attempt().id(), intent.attempt());
        }
      }
    }
    return attempts.values();
  }
}
