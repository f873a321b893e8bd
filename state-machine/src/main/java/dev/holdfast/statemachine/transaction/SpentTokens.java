package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import org.jspecify.annotations.Nullable;

/**
 * The client tokens of transactions that took effect here, for a window's time (R10). They lie by
 * the period, a window long, in which they were spent, so that the old ones are removed together: a
 * token that still counts is of this period or of the one before.
 */
final class SpentTokens {
  /** What is known of a token. */
  enum Use {
    NEW,
    SAME_REQUEST,
    OTHER_REQUEST
  }

  private final KeyValueReader state;
  private final long nowMicros;
  private final long windowMicros;

  SpentTokens(KeyValueReader state, long nowMicros, long windowMicros) {
    this.state = state;
    this.nowMicros = nowMicros;
    this.windowMicros = windowMicros;
  }

  /** Numbered from 0 on. */
  long period() {
    return nowMicros / windowMicros;
  }

  Use use(ClientToken token) {
    Use use = use(period(), token);
    return use == Use.NEW && period() > 0 ? use(period() - 1, token) : use;
  }

  private Use use(long period, ClientToken token) {
    @Nullable Bytes row = state.get(key(period, token));
    if (row == null) {
      return Use.NEW;
    }
    return Fields.read(
        "the row of a token",
        row,
        fields -> {
          long spentMicros = fields.number();
          Bytes hash = fields.bytes();
          if (spentMicros <= nowMicros - windowMicros) {
            return Use.NEW;
          }
          return hash.equals(token.requestHash()) ? Use.SAME_REQUEST : Use.OTHER_REQUEST;
        });
  }

  /** Remembers a token that is new. */
  Effect spend(ClientToken token) {
    Bytes row = new Fields.Writer().number(nowMicros).bytes(token.requestHash()).row();
    return new Effect.Put(key(period(), token), row);
  }

  private static Bytes key(long period, ClientToken token) {
    return KeyLayout.key(KeyLayout.TOKEN, period).concat(Bytes.utf8(token.text()));
  }
}
