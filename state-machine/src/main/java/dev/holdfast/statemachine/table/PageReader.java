package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.statemachine.evaluation.ConditionEvaluator;
import dev.holdfast.statemachine.evaluation.ProjectionEvaluator;
import dev.holdfast.statemachine.storage.Cursor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one page of a query or scan.
 *
 * <p>A page ends with the item that reaches the limit or the bytes, even when it is the last: then
 * DynamoDB, too, returns a key to go on from. Where an index shows less than is returned, the whole
 * items count against the page's bytes, so that a page cannot grow without bound. Whoever asks for
 * more than DynamoDB's page gets that.
 */
final class PageReader {
  private final RowSource rows;
  private final KeyRange range;
  private final Paging paging;

  PageReader(RowSource rows, KeyRange range, Paging paging) {
    this.rows = rows;
    this.range = range;
    this.paging = paging;
  }

  ReadResult.Page read(RowInterval wanted, @Nullable Condition filter, Read.Output output) {
    RowInterval held = rows.held(range);
    boolean isForward = paging.order() == Paging.Order.ASCENDING;
    boolean continues =
        !wanted.isEmpty()
            && (isForward
                ? wanted.end().compareTo(held.end()) > 0
                : wanted.start().compareTo(held.start()) < 0);
    RowInterval interval = afterStart(wanted, isForward).intersect(held);
    Tally tally = new Tally(filter, output);
    if (!interval.isEmpty()) {
      Cursor.Direction direction = isForward ? Cursor.Direction.FORWARD : Cursor.Direction.BACKWARD;
      try (Cursor cursor = rows.open(interval, direction)) {
        Item item = rows.next(cursor);
        while (item != null) {
          tally.add(item);
          if (tally.isFull()) {
            return tally.page(rows.keyOf(item), false);
          }
          item = rows.next(cursor);
        }
      }
    }
    return tally.page(null, continues);
  }

  private RowInterval afterStart(RowInterval wanted, boolean isForward) {
    Item start = paging.exclusiveStart();
    if (start == null) {
      return wanted;
    }
    Bytes key;
    try {
      key = rows.rowKey(start);
    } catch (IllegalArgumentException e) {
      throw new InvalidReadException("The provided starting key is invalid");
    }
    return isForward ? wanted.after(key) : wanted.before(key);
  }

  /** What has been read so far. */
  private final class Tally {
    private final @Nullable Condition filter;
    private final Read.Output output;
    private final boolean fetches;
    private final List<Item> items = new ArrayList<>();
    private int count;
    private int scannedCount;
    private final int bytesMax = Math.min(paging.bytesMax(), Paging.PAGE_BYTES_MAX);
    private long scannedBytes;
    private long readBytes;
    private int fetchedUnits;

    private Tally(@Nullable Condition filter, Read.Output output) {
      this.filter = filter;
      this.output = output;
      this.fetches = output instanceof Read.Output.Items wanted && needsItem(wanted.projection());
    }

    private boolean needsItem(Projection projection) {
      return projection.isAll()
          ? !rows.showsAll()
          : !projection.paths().stream().allMatch(path -> rows.shows(path.attribute()));
    }

    private void add(Item item) {
      Item shown = rows.shown(item);
      int shownBytes = shown.sizeBytes();
      scannedCount++;
      scannedBytes += shownBytes;
      readBytes += fetches ? item.sizeBytes() : shownBytes;
      if (fetches) {
        fetchedUnits += CapacityUnits.ofRead(item); // a filter saves no capacity
      }
      if (!ConditionEvaluator.holds(filter, shown)) { // a scan's filter may name what is not held
        return;
      }
      count++;
      if (output instanceof Read.Output.Items wanted) {
        items.add(ProjectionEvaluator.project(item, wanted.projection()));
      } else if (output instanceof Read.Output.Projected) {
        items.add(shown);
      }
    }

    private boolean isFull() {
      return scannedCount >= paging.limit() || readBytes >= bytesMax;
    }

    private ReadResult.Page page(@Nullable Item lastEvaluated, boolean continues) {
      return new ReadResult.Page(
          items,
          count,
          scannedCount,
          scannedBytes,
          readBytes,
          fetchedUnits,
          lastEvaluated,
          continues);
    }
  }
}
