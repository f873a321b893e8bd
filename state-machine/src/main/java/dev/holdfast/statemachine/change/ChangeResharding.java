package dev.holdfast.statemachine.change;

import dev.holdfast.protocol.codec.StateCodec;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.change.ChangeHead.Open;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How change logs part and unite with their partitions (invariant 8, decision 0037).
 *
 * <ul>
 *   <li>A segment goes, with its records, where its first key goes.
 *   <li>One that is open across the edge is closed; each side opens one that continues it there.
 *       Both take their numbers from where the parent's log had got to, so later ones are greater.
 *   <li>A merge closes nothing: the segments of both sides stay what they are, beside each other.
 *       DynamoDB's shards have one parent, and nobody could keep a key's order through two.
 * </ul>
 */
public final class ChangeResharding {
  private ChangeResharding() {}

  /**
   * What one side of a split does with the log as it was before.
   *
   * @param side as it is from now on
   * @param edge the first key of the right one
   */
  public static List<Effect> parted(
      KeyValueReader state, ClusterMap.Partition side, Bytes edge, long stampMicros) {
    List<Effect> effects = new ArrayList<>();
    try (Cursor heads = ofKind(state, KeyLayout.CHANGE_HEAD)) {
      while (heads.next()) {
        TableId table = ChangeRows.tableOfHead(heads.key());
        ChangeHead head = ChangeHead.decode(heads.value());
        effects.addAll(new Parting(state, table, side, edge, stampMicros).part(head));
      }
    }
    return effects;
  }

  /** One table's log on one side. */
  private static final class Parting {
    private final KeyValueReader state;
    private final TableId table;
    private final ClusterMap.Partition side;
    private final Bytes edge;
    private final Segments segments;
    private final List<Effect> effects = new ArrayList<>();

    private Parting(
        KeyValueReader state,
        TableId table,
        ClusterMap.Partition side,
        Bytes edge,
        long stampMicros) {
      this.state = state;
      this.table = table;
      this.side = side;
      this.edge = edge;
      this.segments = new Segments(state, table, stampMicros);
    }

    private List<Effect> part(ChangeHead before) {
      ChangeHead after = before;
      for (ChangeSegment segment : ChangeRows.segments(state, table)) {
        Open open = before.open(segment.id());
        if (!isOurs(segment.start())) {
          effects.add(new Effect.Delete(ChangeRows.segment(table, segment.id())));
          effects.add(ChangeRows.deletedRecords(table, segment.id()));
        }
        if (open != null && isCut(before, open)) {
          after = continued(segment, open, before.last(), after);
        } else if (open != null && !isOurs(open.start())) {
          after = after.closed(open);
        }
      }
      if (!after.equals(before)) {
        effects.add(new Effect.Put(ChangeRows.head(table), after.encode()));
      }
      return effects;
    }

    private boolean isOurs(Bytes key) {
      boolean isRight = side.range().startInclusive().equals(edge);
      return isRight == (key.compareTo(edge) >= 0);
    }

    /** Whether keys of an open segment are on both sides. */
    private boolean isCut(ChangeHead head, Open open) {
      Bytes end = Objects.requireNonNullElse(head.startAfter(open), tableEnd());
      return open.start().compareTo(edge) < 0 && edge.compareTo(end) < 0;
    }

    private Bytes tableEnd() {
      Bytes end = KeyEncoding.tableRange(table).endExclusive();
      return end == null ? Bytes.EMPTY.concat(edge).concat(Bytes.wrap(new byte[1])) : end;
    }

    private ChangeHead continued(ChangeSegment segment, Open open, long last, ChangeHead before) {
      if (isOurs(segment.start())) {
        effects.addAll(segments.closed(segment.id(), last));
      }
      ChangeHead after = before.next();
      SegmentId id = new SegmentId(side.id(), after.last());
      Bytes start = isOurs(segment.start()) ? segment.start() : edge;
      ChangeSegment successor = segments.succeeding(segment, id, start);
      effects.add(ChangeRows.put(table, successor));
      return after.opened(Open.of(successor), open);
    }
  }

  /** Whether no two partitions have a row of this kind in common. */
  public static boolean isPlaced(byte kind) {
    return kind == KeyLayout.CHANGE;
  }

  /**
   * Deletes the records that were taken from a partition that is not absorbed after all.
   *
   * @param other its rows that were put aside: its segments are always taken before their records
   */
  public static List<Effect> discarded(KeyValueReader other) {
    List<Effect> effects = new ArrayList<>();
    try (Cursor rows = ofKind(other, KeyLayout.CHANGE_SEGMENT)) {
      while (rows.next()) {
        SegmentId segment = StateCodec.decodeSegment(rows.value()).id();
        TableId table = new TableId(KeyLayout.number(rows.key()));
        effects.add(ChangeRows.deletedRecords(table, segment));
      }
    }
    return effects;
  }

  /** Brings two logs together; the other's records are here already. */
  public static List<Effect> united(KeyValueReader state, KeyValueReader other) {
    List<Effect> effects = new ArrayList<>();
    try (Cursor rows = ofKind(other, KeyLayout.CHANGE_SEGMENT)) {
      while (rows.next()) {
        effects.add(new Effect.Put(rows.key(), rows.value()));
      }
    }
    try (Cursor rows = ofKind(other, KeyLayout.CHANGE_HEAD)) {
      while (rows.next()) {
        ChangeHead ours = ChangeHead.decode(state.get(rows.key()));
        ChangeHead both = ours.united(ChangeHead.decode(rows.value()));
        effects.add(new Effect.Put(rows.key(), both.encode()));
      }
    }
    return effects;
  }

  /** Deletes the whole log of a table that is dropped (invariant 12). */
  public static List<Effect> dropped(TableId table) {
    return ChangeRows.deleted(table);
  }

  private static Cursor ofKind(KeyValueReader rows, byte kind) {
    return rows.cursor(KeyLayout.start(kind), KeyLayout.end(kind), Cursor.Direction.FORWARD);
  }
}
