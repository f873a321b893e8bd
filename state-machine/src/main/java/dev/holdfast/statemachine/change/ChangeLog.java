package dev.holdfast.statemachine.change;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.ChangeRecord.Kind;
import dev.holdfast.protocol.model.ChangeRecord.Origin;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStream;
import dev.holdfast.statemachine.change.ChangeHead.Open;
import dev.holdfast.statemachine.replica.CommandContext;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The change logs of one partition while a command is decided (invariant 8).
 *
 * <ul>
 *   <li>A record is among the effects of the very command that changes the item: there is none
 *       without the other.
 *   <li>A change of a table that nobody follows, and one that changes nothing, leaves no record.
 *   <li>A segment belongs to one stream at most, and an index goes by all of it or nothing: where
 *       another stream has begun, or none is left, or an index was added, the next change opens a
 *       segment of its own.
 * </ul>
 *
 * <p>Lives for one command; {@link #effects} writes what was added.
 */
public final class ChangeLog {
  private final KeyValueReader state;
  private final CommandContext context;
  private final TreeMap<TableId, ChangeHead> heads = new TreeMap<>();
  private final List<Effect> effects = new ArrayList<>();

  public ChangeLog(KeyValueReader state, CommandContext context) {
    this.state = state;
    this.context = context;
  }

  /**
   * Records a change of an item.
   *
   * @param timeMicros when, as readers are told
   */
  public void add(
      TableDescriptor table,
      Bytes routingKey,
      @Nullable Item before,
      @Nullable Item after,
      Origin origin,
      long timeMicros) {
    if (!table.needsChangeLog() || Objects.equals(before, after)) {
      return;
    }
    SegmentId segment = segment(table, routingKey);
    ChangeHead head = head(table.id()).next();
    heads.put(table.id(), head);
    StreamView view = view(table.followers());
    boolean isIndexed = !table.followers().globalIndexes().isEmpty();
    ChangeRecord record =
        new ChangeRecord(
            head.last(),
            kind(before, after),
            origin,
            timeMicros,
            key(table.keySchema(), routingKey),
            isIndexed || view.showsBefore() ? before : null,
            isIndexed || view.showsAfter() ? after : null);
    effects.add(
        new Effect.Put(ChangeRows.record(table.id(), segment, head.last()), record.encode()));
  }

  private static Item key(KeySchema schema, Bytes routingKey) {
    return KeyEncoding.keyOf(schema, routingKey);
  }

  private static Kind kind(@Nullable Item before, @Nullable Item after) {
    if (before == null) {
      return Kind.INSERT;
    }
    return after == null ? Kind.REMOVE : Kind.MODIFY;
  }

  private static StreamView view(Followers followers) {
    return followers.stream().map(TableStream::view).orElse(StreamView.KEYS_ONLY);
  }

  private static long label(TableDescriptor table) {
    return table.followers().stream().map(TableStream::labelMillis).orElse(0L);
  }

  private ChangeHead head(TableId table) {
    ChangeHead changed = heads.get(table);
    return changed != null ? changed : ChangeHead.decode(state.get(ChangeRows.head(table)));
  }

  /** The open segment of the key, for who follows the table now. */
  private SegmentId segment(TableDescriptor table, Bytes routingKey) {
    Open open = head(table.id()).of(routingKey);
    return open != null && isCurrent(table, open) ? open.id() : open(table, open);
  }

  /** Whether a segment is of the stream that the table has now, and for all of its indexes. */
  private static boolean isCurrent(TableDescriptor table, Open open) {
    return open.stream() == label(table) && open.version() >= table.followers().indexedSince();
  }

  /**
   * Opens a segment.
   *
   * @param instead of the one that is open there now, which is closed; null when there is none
   */
  private SegmentId open(TableDescriptor table, @Nullable Open instead) {
    Bytes start = instead == null ? firstKey(table.id()) : instead.start();
    Segments segments = new Segments(state, table.id(), context.stampMicros());
    if (instead != null) {
      effects.addAll(segments.closed(instead.id(), head(table.id()).last()));
    }
    ChangeHead head = head(table.id()).next();
    ChangeSegment segment =
        segments.opened(
            new SegmentId(context.partition().id(), head.last()),
            instead == null ? null : instead.id(),
            label(table),
            view(table.followers()),
            start,
            table.version());
    effects.add(ChangeRows.put(table.id(), segment));
    heads.put(table.id(), head.opened(Open.of(segment), instead));
    return segment.id();
  }

  /** Whether keys of a table may lie here; its descriptor may be installed after they have gone. */
  private boolean isHere(TableId table) {
    return context.partition().range().overlaps(KeyEncoding.tableRange(table));
  }

  private Bytes firstKey(TableId table) {
    Bytes ofTable = KeyEncoding.tablePrefix(table);
    Bytes ofPartition = context.partition().range().startInclusive();
    return ofPartition.compareTo(ofTable) > 0 ? ofPartition : ofTable;
  }

  /**
   * Opens and closes segments as a table's descriptor has it now, so that a stream has shards
   * before it has records, and one that is disabled ends.
   */
  public void follow(TableDescriptor table) {
    ChangeHead head = head(table.id());
    if (table.needsChangeLog()) {
      if (head.open().isEmpty() && isHere(table.id())) {
        open(table, null);
      }
      for (Open open : head.open()) {
        if (!isCurrent(table, open)) {
          open(table, open);
        }
      }
      return;
    }
    for (Open open : head.open()) {
      effects.addAll(
          new Segments(state, table.id(), context.stampMicros()).closed(open.id(), head.last()));
      heads.put(table.id(), head(table.id()).closed(open));
    }
  }

  /** In the order in which they are to be applied. */
  public List<Effect> effects() {
    List<Effect> all = new ArrayList<>(effects);
    heads.forEach((table, head) -> all.add(new Effect.Put(ChangeRows.head(table), head.encode())));
    return all;
  }
}
