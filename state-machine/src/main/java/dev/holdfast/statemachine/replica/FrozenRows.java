package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.spi.MergeProgress;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.List;

/** Reads what a frozen partition hands over: every row but its header and what was put aside. */
final class FrozenRows {
  private static final Bytes END = KeyLayout.start(KeyLayout.META_FIRST);

  private FrozenRows() {}

  /** See {@link dev.holdfast.statemachine.spi.ReplicatedStateMachine#frozenRows}. */
  static List<MergeCommand.Row> after(
      KeyValueReader snapshot, long merge, Bytes after, int bytesMax) {
    requireFrozen(snapshot, merge);
    Bytes start =
        after.isEmpty()
            ? KeyLayout.start(KeyLayout.WINDOW)
            : after.concat(Bytes.wrap(new byte[1])); // the next key in order
    List<MergeCommand.Row> rows = new ArrayList<>();
    long bytes = 0;
    try (Cursor cursor = snapshot.cursor(start, END, Cursor.Direction.FORWARD)) {
      while (bytes < bytesMax && cursor.next()) {
        Bytes key = cursor.key();
        if (key.get(0) == KeyLayout.STAGED) {
          cursor.seek(KeyLayout.end(KeyLayout.STAGED)); // of a merge that was cancelled
          continue;
        }
        Bytes value = cursor.value();
        if (!rows.isEmpty() && bytes + key.size() + value.size() > bytesMax) {
          break;
        }
        rows.add(new MergeCommand.Row(key, value));
        bytes += key.size() + value.size();
      }
    }
    return rows;
  }

  private static void requireFrozen(KeyValueReader snapshot, long merge) {
    Bytes row = snapshot.get(Header.KEY);
    MergeProgress progress = row == null ? null : Header.decode(row).merge();
    if (progress == null
        || progress.phase() != MergeProgress.Phase.FROZEN
        || progress.operation().id() != merge) {
      throw new IllegalStateException("not frozen for merge " + merge);
    }
  }
}
