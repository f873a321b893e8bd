package dev.holdfast.statemachine.expiry;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ExpiryEntry;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TimeToLive;
import dev.holdfast.statemachine.replica.CommandContext;
import dev.holdfast.statemachine.replica.Decision;
import dev.holdfast.statemachine.replica.Effect;
import dev.holdfast.statemachine.storage.Cursor;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a table's items begin to expire, or cease to, and the steps that follow. Pure. Lives
 * for one command.
 *
 * <ul>
 *   <li>From the command on that installs the descriptor, every write keeps its item's row. What
 *       was there before is filled in step by step; the position is replicated, so that any leader
 *       goes on with it.
 *   <li>While a merge brings rows of the table here, none that is out of range is taken for
 *       nobody's, and filling goes on to what was brought.
 * </ul>
 */
public final class ExpiryTending {
  private static final Bytes NEXT = Bytes.wrap(new byte[1]);

  private final KeyValueReader state;
  private final CommandContext context;
  private final TableDescriptor table;

  /**
   * @param table as it is from now on
   */
  public ExpiryTending(KeyValueReader state, CommandContext context, TableDescriptor table) {
    this.state = state;
    this.context = context;
    this.table = table;
  }

  /**
   * What it takes that the table is so from now on.
   *
   * @param before null when it was not known
   */
  public List<Effect> installed(@Nullable TableDescriptor before) {
    TimeToLive was = before == null ? null : before.expiry();
    TimeToLive is = table.expiry();
    if (was == null ? is == null : is != null && was.since() == is.since()) {
      return List.of();
    }
    boolean isJoined = ExpiryWork.isJoined(state, table.id());
    List<Effect> effects = new ArrayList<>();
    effects.add(ExpiryRows.deleted(table.id()));
    if (is != null && (isJoined || hasItems())) {
      Bytes start = KeyEncoding.tablePrefix(table.id());
      effects.add(new ExpiryWork(start, isJoined ? Bytes.EMPTY : null).written(table.id()));
    }
    return effects;
  }

  private boolean hasItems() {
    KeyRange held = held();
    if (held == null) {
      return false;
    }
    try (Cursor items = items(held.startInclusive(), held)) {
      return items.next();
    }
  }

  private @Nullable KeyRange held() {
    return KeyEncoding.tableRange(table.id()).intersection(context.partition().range());
  }

  private Cursor items(Bytes from, KeyRange held) {
    Bytes end = held.endExclusive();
    return state.cursor(
        KeyLayout.key(KeyLayout.ITEM, from),
        end == null ? KeyLayout.end(KeyLayout.ITEM) : KeyLayout.key(KeyLayout.ITEM, end),
        Cursor.Direction.FORWARD);
  }

  /** The next step. */
  public Decision tend(Command.TendExpiry command) {
    TimeToLive timeToLive = table.expiry();
    ExpiryWork work = ExpiryWork.of(state, table.id());
    if (timeToLive == null || work.equals(ExpiryWork.NONE)) {
      return new Decision(List.of(), new Result.Tended(true, false));
    }
    List<Effect> effects = new ArrayList<>();
    ExpiryWork after =
        work.fillFrom() == null
            ? swept(work, timeToLive, command, effects)
            : filled(work, timeToLive, command, effects);
    boolean goesOn = !after.equals(work) && !after.equals(ExpiryWork.NONE);
    if (!after.equals(work)) {
      effects.add(after.written(table.id()));
    }
    return new Decision(effects, new Result.Tended(after.fillFrom() == null, goesOn));
  }

  private ExpiryWork filled(
      ExpiryWork work, TimeToLive timeToLive, Command.TendExpiry command, List<Effect> effects) {
    KeyRange held = held();
    Bytes from = work.requireFillFrom();
    if (held != null && from.compareTo(held.startInclusive()) < 0) {
      from = held.startInclusive();
    }
    if (held != null && (held.endExclusive() == null || from.compareTo(end(held)) < 0)) {
      int count = 0;
      long bytes = 0;
      try (Cursor items = items(from, held)) {
        while (items.next()) {
          Bytes key = items.key().slice(1);
          Item item = new Item(items.value());
          long second = timeToLive.expirySecond(item);
          if (second != TimeToLive.NEVER) {
            effects.add(ExpiryRows.put(new ExpiryEntry(second, key)));
          }
          from = key.concat(NEXT);
          bytes += item.bytes().size();
          if (++count >= command.limit() || bytes >= command.bytesMax()) {
            return new ExpiryWork(from, work.sweepFrom());
          }
        }
      }
    }
    return new ExpiryWork(
        ExpiryWork.isJoined(state, table.id()) ? from : null, work.sweepFrom()); // there is more
  }

  private static Bytes end(KeyRange range) {
    return Objects.requireNonNull(range.endExclusive());
  }

  private ExpiryWork swept(
      ExpiryWork work, TimeToLive timeToLive, Command.TendExpiry command, List<Effect> effects) {
    if (ExpiryWork.isJoined(state, table.id())) {
      return work;
    }
    Bytes first = ExpiryRows.from(table.id(), 0);
    Bytes from = Objects.requireNonNull(work.sweepFrom());
    int count = 0;
    try (Cursor rows =
        state.cursor(
            from.isEmpty() ? first : from, ExpiryRows.end(table.id()), Cursor.Direction.FORWARD)) {
      while (rows.next()) {
        Bytes rowKey = rows.key();
        ExpiryEntry entry = ExpiryRows.entry(rowKey);
        if (!isOfItem(entry, timeToLive)) {
          effects.add(new Effect.Delete(rowKey));
        }
        if (++count >= command.limit()) {
          return new ExpiryWork(null, rowKey.concat(NEXT));
        }
      }
    }
    return ExpiryWork.NONE;
  }

  private boolean isOfItem(ExpiryEntry entry, TimeToLive timeToLive) {
    if (!context.partition().range().contains(entry.key())) {
      return false;
    }
    Bytes row = state.get(KeyLayout.key(KeyLayout.ITEM, entry.key()));
    return row != null && timeToLive.expirySecond(new Item(row)) == entry.second();
  }
}
