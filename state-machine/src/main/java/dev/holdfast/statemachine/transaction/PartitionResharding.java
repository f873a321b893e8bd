package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.replica.Resharding;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.table.TableResharding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a partition of items parts (replication.md S7, transactions.md R5): intents go with their
 * keys; of an open attempt each side goes on with its own keys, and confirmations are waited for
 * where the home key is; what is over, and spent tokens, both sides remember.
 */
final class PartitionResharding implements Resharding {
  private final TableResharding tables;
  private final TransactionLimits limits;

  PartitionResharding(TableResharding tables, TransactionLimits limits) {
    this.tables = tables;
    this.limits = limits;
  }

  @Override
  public Optional<String> objection(KeyValueReader state, Bytes key) {
    return tables.objection(state, key);
  }

  @Override
  public Bytes edgeBefore(KeyValueReader state, Bytes key) {
    return tables.edgeBefore(state, key);
  }

  @Override
  public List<Effect> narrowed(KeyValueReader state, KeyRange kept, long stampMicros) {
    Counts counts = Counts.of(state);
    Ledger ledger = new Ledger(state, stampMicros, limits, counts);
    try (Cursor open =
        state.cursor(
            KeyLayout.start(KeyLayout.ATTEMPT),
            KeyLayout.end(KeyLayout.ATTEMPT),
            Cursor.Direction.FORWARD)) {
      while (open.next()) {
        AttemptRow row = AttemptRow.decode(open.value());
        ledger.replace(row, row.within(kept));
      }
    }
    List<Effect> effects = new ArrayList<>(ledger.effects());
    for (KeyRange outside : kept.complement()) {
      effects.addAll(Intents.drop(state, outside, counts));
    }
    effects.addAll(counts.effects());
    return effects;
  }

  @Override
  public List<Effect> inherited(KeyValueReader state, KeyRange kept, long stampMicros) {
    List<Effect> effects = narrowed(state, kept, stampMicros);
    effects.addAll(tables.inherited(kept));
    return effects;
  }

  @Override
  public List<Effect> trimmed(KeyRange kept) {
    return tables.trimmed(kept);
  }
}
