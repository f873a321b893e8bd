package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The client tokens of transactions that took effect here, for ten minutes (R10). Source: AWS API
 * reference, TransactWriteItems, ClientRequestToken.
 */
final class SpentTokens {
  static final long WINDOW_MICROS = TimeUnit.MINUTES.toMicros(10);
  private static final int FORGOTTEN_AT_ONCE_MAX = 16;

  /** What is known of a token. */
  enum Use {
    NEW,
    SAME_REQUEST,
    OTHER_REQUEST
  }

  private SpentTokens() {}

  static Use use(KeyValueReader state, long nowMicros, ClientToken token) {
    Bytes row = state.get(key(token));
    if (row == null) {
      return Use.NEW;
    }
    return Fields.read(
        "the row of a token",
        row,
        fields -> {
          long spentMicros = fields.number();
          Bytes hash = fields.bytes();
          if (spentMicros <= nowMicros - WINDOW_MICROS) {
            return Use.NEW;
          }
          return hash.equals(token.requestHash()) ? Use.SAME_REQUEST : Use.OTHER_REQUEST;
        });
  }

  /** Remembers a token and forgets some old ones. */
  static List<Effect> spend(KeyValueReader state, long nowMicros, ClientToken token) {
    List<Effect> effects = new ArrayList<>(forget(state, nowMicros - WINDOW_MICROS));
    effects.add(
        new Effect.Put(
            key(token), new Fields.Writer().number(nowMicros).bytes(token.requestHash()).row()));
    effects.add(new Effect.Put(ageKey(nowMicros, token), key(token)));
    return effects;
  }

  private static List<Effect> forget(KeyValueReader state, long untilMicros) {
    List<Effect> effects = new ArrayList<>();
    Bytes start = KeyLayout.start(KeyLayout.TOKEN_AGE);
    Bytes end = KeyLayout.key(KeyLayout.TOKEN_AGE, Math.max(0, untilMicros));
    try (Cursor old = state.cursor(start, end, Cursor.Direction.FORWARD)) {
      while (effects.size() < 2 * FORGOTTEN_AT_ONCE_MAX && old.next()) {
        effects.add(new Effect.Delete(old.key()));
        Bytes spent = state.get(old.value());
        long spentMicros = KeyLayout.number(old.key());
        boolean sameUse =
            spent != null
                && Fields.read("the row of a token", spent, Fields::number) == spentMicros;
        if (sameUse) { // else it was spent again since
          effects.add(new Effect.Delete(old.value()));
        }
      }
    }
    return effects;
  }

  private static Bytes key(ClientToken token) {
    return KeyLayout.key(KeyLayout.TOKEN, Bytes.utf8(token.text()));
  }

  private static Bytes ageKey(long spentMicros, ClientToken token) {
    return KeyLayout.key(KeyLayout.TOKEN_AGE, spentMicros).concat(Bytes.utf8(token.text()));
  }
}
