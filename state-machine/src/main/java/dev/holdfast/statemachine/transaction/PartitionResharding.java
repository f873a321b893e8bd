package dev.holdfast.statemachine.transaction;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.statemachine.change.ChangeResharding;
import dev.holdfast.statemachine.expiry.ExpiryResharding;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.replica.Resharding;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import dev.holdfast.statemachine.table.TableResharding;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a partition of items parts (replication.md S7, transactions.md R5): intents go with their
 * keys; of an open attempt each side goes on with its own keys, and confirmations are waited for
 * where the home key is; what is over, and spent tokens, both sides remember. What becomes of the
 * change log says {@link ChangeResharding}, and of when items expire {@link ExpiryResharding}.
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
  public List<Effect> narrowed(KeyValueReader state, ClusterMap.Partition kept, long stampMicros) {
    List<Effect> effects = new ArrayList<>(parted(state, kept.range(), stampMicros));
    Bytes edge = Objects.requireNonNull(kept.range().endExclusive());
    effects.addAll(ChangeResharding.parted(state, kept, edge, stampMicros));
    effects.addAll(ExpiryResharding.parted(state, kept.range()));
    effects.add(tables.narrowed(edge));
    return effects;
  }

  private List<Effect> parted(KeyValueReader state, KeyRange kept, long stampMicros) {
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
  public List<Effect> inherited(KeyValueReader state, ClusterMap.Partition kept, long stampMicros) {
    List<Effect> effects = new ArrayList<>(parted(state, kept.range(), stampMicros));
    Bytes edge = kept.range().startInclusive();
    effects.addAll(ChangeResharding.parted(state, kept, edge, stampMicros));
    effects.addAll(ExpiryResharding.parted(state, kept.range()));
    effects.addAll(tables.inherited(kept.range()));
    return effects;
  }

  @Override
  public List<Effect> trimmed(KeyRange kept) {
    return tables.trimmed(kept);
  }

  /** Intents outside the range are not counted here: they are of a merge that was cancelled. */
  @Override
  public List<Effect> discarded(KeyValueReader state, KeyValueReader other, KeyRange kept) {
    List<Effect> effects = new ArrayList<>(tables.trimmed(kept));
    effects.addAll(ChangeResharding.discarded(other));
    effects.addAll(ExpiryResharding.discarded(state, other, kept));
    for (KeyRange outside : kept.complement()) {
      effects.add(Effect.DeleteRange.ofKind(KeyLayout.INTENT, outside));
    }
    return effects;
  }

  @Override
  public boolean isPlaced(Bytes key) {
    byte kind = key.get(0);
    return TableResharding.isPlaced(kind)
        || ChangeResharding.isPlaced(kind)
        || ExpiryResharding.isPlaced(key)
        || kind == KeyLayout.INTENT;
  }

  /**
   * Intents are here already and are counted now. What is known of an attempt on either side is
   * known; what either has forgotten by its time is forgotten, so that nobody takes "no record" for
   * "aborted" (R2, R3); a token is spent that either has seen (R10).
   */
  @Override
  public List<Effect> united(KeyValueReader state, KeyValueReader other, long stampMicros) {
    Counts counts = Counts.of(state);
    Counts others = Counts.of(other);
    Ledger ledger = new Ledger(state, stampMicros, limits, counts);
    ledger.trimUntil(others.trimmedUntilMicros());
    counts.addIntents(others.intents());
    unite(state, other, KeyLayout.ATTEMPT, ledger);
    unite(state, other, KeyLayout.ATTEMPT_OVER, ledger);
    try (Cursor tokens = ofKind(other, KeyLayout.TOKEN)) {
      while (tokens.next()) {
        ledger.inherit(tokens.key(), tokens.value());
      }
    }
    List<Effect> effects = new ArrayList<>(ledger.effects());
    effects.addAll(ChangeResharding.united(state, other));
    effects.addAll(ExpiryResharding.united(state, other));
    effects.addAll(
        tables.united(
            state,
            other,
            dropped -> {
              effects.addAll(Intents.drop(state, KeyEncoding.tableRange(dropped), counts));
              effects.addAll(ChangeResharding.dropped(dropped));
            }));
    effects.addAll(counts.effects());
    return effects;
  }

  private static void unite(KeyValueReader state, KeyValueReader other, byte kind, Ledger ledger) {
    try (Cursor rows = ofKind(other, kind)) {
      while (rows.next()) {
        AttemptRow theirs = AttemptRow.decode(rows.key(), rows.value());
        AttemptRow ours = AttemptRow.of(state, theirs.attempt());
        ledger.replace(ours, ours.united(theirs));
      }
    }
  }

  private static Cursor ofKind(KeyValueReader rows, byte kind) {
    return rows.cursor(KeyLayout.start(kind), KeyLayout.end(kind), Cursor.Direction.FORWARD);
  }
}
