package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.List;

/** An intent as tests see it: whose it is and on which key. */
public record Held(Attempt attempt, Bytes routingKey) {
  /** All of them, in order of keys. */
  public static List<Held> in(KeyValueReader state) {
    List<Held> all = new ArrayList<>();
    try (Cursor rows =
        state.cursor(
            KeyLayout.start(KeyLayout.INTENT),
            KeyLayout.end(KeyLayout.INTENT),
            Cursor.Direction.FORWARD)) {
      while (rows.next()) {
        for (IntentRow.Intent intent : IntentRow.decode(rows.value()).intents()) {
          all.add(new Held(intent.attempt(), IntentRow.routingKey(rows.key())));
        }
      }
    }
    return all;
  }
}
