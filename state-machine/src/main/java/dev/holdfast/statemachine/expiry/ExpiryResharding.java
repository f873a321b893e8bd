package dev.holdfast.statemachine.expiry;

import dev.holdfast.protocol.codec.StateCodec;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TimeToLive;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How expiry rows part and unite with their partitions (decision 0039).
 *
 * <ul>
 *   <li>They are in the order of time, so a split cannot delete those of the other side at once. It
 *       leaves them to be looked for in steps; until then they do no harm, since nobody acts upon a
 *       row without looking at the item, and at the range.
 *   <li>Rows of a partition that is being absorbed are put in their places as they come. The same
 *       row may be there already, from before a split: they have no values to differ in.
 * </ul>
 */
public final class ExpiryResharding {
  private ExpiryResharding() {}

  /** Whether a row goes into its place at once; what is to be done is put aside. */
  public static boolean isPlaced(Bytes key) {
    return key.get(0) == KeyLayout.EXPIRY && !ExpiryRows.isWork(key);
  }

  /** What a partition does that keeps a part of its range. */
  public static List<Effect> parted(KeyValueReader state, KeyRange kept) {
    List<Effect> effects = new ArrayList<>();
    try (Cursor rows = ofKind(state, KeyLayout.EXPIRY)) {
      while (rows.next()) {
        TableId table = ExpiryRows.tableOf(rows.key());
        effects.addAll(parted(state, table, kept));
        rows.seek(ExpiryRows.end(table));
      }
    }
    return effects;
  }

  private static List<Effect> parted(KeyValueReader state, TableId table, KeyRange kept) {
    KeyRange range = KeyEncoding.tableRange(table);
    if (!kept.overlaps(range)) {
      return List.of(ExpiryRows.deleted(table));
    }
    return kept.encloses(range)
        ? List.of()
        : List.of(ExpiryWork.of(state, table).sweeping().written(table));
  }

  /**
   * What becomes of the rows that were taken from a partition that is not absorbed after all.
   *
   * @param other its rows that were put aside: its descriptors are always taken before its rows
   */
  public static List<Effect> discarded(KeyValueReader state, KeyValueReader other, KeyRange kept) {
    List<Effect> effects = new ArrayList<>();
    try (Cursor rows = ofKind(other, KeyLayout.TABLE)) {
      while (rows.next()) {
        TableId table = new TableId(KeyLayout.number(rows.key()));
        if (expiry(rows.value()) != null) {
          boolean isKept = expiry(state.get(rows.key())) != null;
          effects.addAll(isKept ? parted(state, table, kept) : List.of(ExpiryRows.deleted(table)));
        }
      }
    }
    return effects;
  }

  private static @Nullable TimeToLive expiry(@Nullable Bytes descriptor) {
    return descriptor == null || descriptor.isEmpty()
        ? null
        : StateCodec.decodeTable(descriptor).expiry();
  }

  /**
   * Brings together what is to be done in two partitions; the other's rows are here already. Not of
   * tables that were dropped on one side.
   */
  public static List<Effect> united(KeyValueReader state, KeyValueReader other) {
    List<Effect> effects = new ArrayList<>();
    try (Cursor rows = ofKind(other, KeyLayout.TABLE)) {
      while (rows.next()) {
        Bytes ours = state.get(rows.key());
        Bytes theirs = rows.value();
        TableId table = new TableId(KeyLayout.number(rows.key()));
        if (ours == null) {
          ExpiryWork work = ExpiryWork.of(other, table);
          if (!work.equals(ExpiryWork.NONE)) {
            effects.add(work.written(table));
          }
        } else if (!ours.isEmpty() && !theirs.isEmpty()) {
          effects.addAll(
              united(state, other, StateCodec.decodeTable(ours), StateCodec.decodeTable(theirs)));
        }
      }
    }
    return effects;
  }

  private static List<Effect> united(
      KeyValueReader state, KeyValueReader other, TableDescriptor ours, TableDescriptor theirs) {
    TimeToLive our = ours.expiry();
    TimeToLive their = theirs.expiry();
    if (our == null && their == null) {
      return List.of();
    }
    TableId table = ours.id();
    if ((theirs.version() > ours.version() ? their : our) == null) {
      return List.of(ExpiryRows.deleted(table));
    }
    if (our == null || their == null || our.since() != their.since()) {
      Bytes start = KeyEncoding.tablePrefix(table);
      return List.of(new ExpiryWork(start, Bytes.EMPTY).written(table));
    }
    ExpiryWork work = ExpiryWork.of(state, table);
    ExpiryWork both = work.united(ExpiryWork.of(other, table));
    return both.equals(work) ? List.of() : List.of(both.written(table));
  }

  private static Cursor ofKind(KeyValueReader rows, byte kind) {
    return rows.cursor(KeyLayout.start(kind), KeyLayout.end(kind), Cursor.Direction.FORWARD);
  }
}
