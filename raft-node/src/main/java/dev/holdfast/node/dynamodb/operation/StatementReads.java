package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.node.dynamodb.partiql.ContinuationToken;
import dev.holdfast.node.dynamodb.partiql.SelectPlan;
import dev.holdfast.node.dynamodb.partiql.SelectPlan.Range;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.parser.KeyConditions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Reads one page of what a SELECT asks for: one range after the other, or a part of a scan. */
final class StatementReads {
  private final TableAccess tables;
  private final Request request;
  private final TableDescriptor table;
  private final SelectPlan plan;
  private final boolean consistent;

  /** What has been read so far. One request, one thread at a time. */
  static final class Page {
    private final List<Item> items = new ArrayList<>();
    private final Capacity capacity;
    private int range;
    private @Nullable Item lastKey;
    private int itemsLeft;
    private int bytesLeft = Paging.PAGE_BYTES_MAX;
    private boolean isLast;

    private Page(String table, int limit) {
      this.capacity = new Capacity(table);
      this.itemsLeft = limit;
    }

    /** What is selected of each item. */
    List<Item> items() {
      return items;
    }

    Capacity capacity() {
      return capacity;
    }

    /** Null when there is no more. */
    @Nullable ContinuationToken next() {
      return isLast ? null : new ContinuationToken(range, lastKey);
    }
  }

  StatementReads(
      TableAccess tables,
      Request request,
      TableDescriptor table,
      SelectPlan plan,
      boolean consistent) {
    this.tables = tables;
    this.request = request;
    this.table = table;
    this.plan = possible(plan, table);
    this.consistent = consistent;
  }

  /**
   * A filter that reads what the index does not hold is refused where a condition binds the key,
   * but not where only branches of an OR do: the index is then scanned, and such an attribute is
   * absent. Source: nubo-db/dynamodb-conformance, {@code indexQualifier.test.ts}.
   */
  private static SelectPlan possible(SelectPlan plan, TableDescriptor table) {
    SelectPlan scan = plan.scan();
    return scan == null
            || plan.filter() == null
            || PagedReads.missing(plan.filter(), table, plan.index()).isEmpty()
        ? plan
        : scan;
  }

  /**
   * @param limit the most items to look at
   * @param from where the page before it ended; null for the first one
   */
  CompletableFuture<Page> page(int limit, @Nullable ContinuationToken from) {
    checkKeys();
    boolean isScan = plan.ranges() == null; // which sees of an item what the index holds
    if (plan.filter() != null && !isScan) {
      PagedReads.checkFilterProjected(plan.filter(), table, plan.index());
    }
    Page page = new Page(table.name(), limit);
    if (from != null) {
      checkToken(from);
      page.range = from.range();
      page.lastKey = from.lastKey();
    }
    Item key = plan.singleKey(table.keySchema());
    return key != null && limit > 1 && from == null ? get(page, key) : goOn(page);
  }

  private void checkKeys() {
    String partitionKey = table.keySchema().partitionKey().name();
    LocalIndex index = plan.index();
    KeyAttribute sortKey = PagedReads.schema(table, index).sortKey();
    for (Range range : ranges()) {
      ItemChecks.requireNotEmpty(partitionKey, range.partitionKey());
      for (EncodedValue value : KeyConditions.values(range.sort())) {
        if (index != null) {
          ItemChecks.requireIndexKeyNotEmpty(index, index.sortKey().name(), value);
        } else if (sortKey != null) {
          ItemChecks.requireNotEmpty(sortKey.name(), value);
        }
      }
    }
  }

  private List<Range> ranges() {
    List<Range> ranges = plan.ranges();
    return ranges == null ? List.of() : ranges;
  }

  /** A token of this statement can still be one that nobody was given, or of an older table. */
  private void checkToken(ContinuationToken token) {
    boolean isScan = plan.ranges() == null;
    if (isScan ? token.range() != 0 : token.range() >= ranges().size()) {
      throw ContinuationToken.invalid();
    }
    Item key = token.lastKey();
    if (key == null) {
      return;
    }
    Set<KeyAttribute> attributes = new LinkedHashSet<>(table.keySchema().attributes());
    attributes.addAll(PagedReads.schema(table, plan.index()).attributes());
    boolean isKey = key.attributeCount() == attributes.size();
    for (KeyAttribute attribute : attributes) {
      EncodedValue value = key.attribute(attribute.name());
      isKey &=
          value != null && ItemChecks.hasType(value, attribute) && !value.scalarBytes().isEmpty();
    }
    EncodedValue partitionKey = key.attribute(table.keySchema().partitionKey().name());
    if (!isKey || (!isScan && !ranges().get(token.range()).partitionKey().equals(partitionKey))) {
      throw ContinuationToken.invalid();
    }
  }

  private CompletableFuture<Page> get(Page page, Item key) {
    Read.Get get = new Read.Get(TableRef.of(table), key, plan.projection());
    return tables
        .get(request, table, get, consistent)
        .thenApply(
            found -> {
              Item item = found.item();
              if (item != null) {
                page.items.add(plan.selected().of(item));
              }
              page.capacity.addTableRead(Capacity.readUnits(found.itemBytes(), consistent));
              page.isLast = true;
              return page;
            });
  }

  private CompletableFuture<Page> goOn(Page page) {
    List<Range> ranges = plan.ranges();
    if (ranges != null && page.range >= ranges.size()) {
      page.isLast = true;
      return CompletableFuture.completedFuture(page);
    }
    if (page.itemsLeft <= 0 || page.bytesLeft <= 0) {
      return CompletableFuture.completedFuture(page);
    }
    Paging paging = new Paging(page.lastKey, plan.order(), page.itemsLeft, page.bytesLeft);
    CompletableFuture<ReadResult.Page> read =
        ranges == null ? scan(paging) : query(ranges.get(page.range), paging);
    return read.thenCompose(
        found -> {
          add(page, found);
          if (found.lastEvaluated() != null) {
            page.lastKey = found.lastEvaluated();
            return CompletableFuture.completedFuture(page);
          }
          page.range++;
          page.lastKey = null;
          page.isLast = ranges == null;
          return page.isLast ? CompletableFuture.completedFuture(page) : goOn(page);
        });
  }

  private CompletableFuture<ReadResult.Page> scan(Paging paging) {
    Read.Scan scan =
        new Read.Scan(
            TableRef.of(table),
            indexName(),
            KeyEncoding.tableRange(table.id()),
            paging,
            plan.filter(),
            output());
    return tables.scan(request, table, scan, consistent);
  }

  private CompletableFuture<ReadResult.Page> query(Range range, Paging paging) {
    SortCondition sort = range.sort();
    Read.Query query =
        new Read.Query(
            TableRef.of(table),
            indexName(),
            range.partitionKey(),
            sort,
            paging,
            plan.filter(),
            output());
    return tables.query(request, table, query, consistent);
  }

  private @Nullable String indexName() {
    return plan.index() == null ? null : plan.index().name();
  }

  /** Of an index, {@code *} is what the index holds; of a table it is all. */
  private Read.Output output() {
    return plan.index() != null && plan.projection().isAll()
        ? new Read.Output.Projected()
        : new Read.Output.Items(plan.projection());
  }

  private void add(Page page, ReadResult.Page found) {
    found.items().forEach(item -> page.items.add(plan.selected().of(item)));
    page.itemsLeft -= found.scannedCount();
    // an index is scanned in small entries, and the items behind them may be large
    page.bytesLeft -= (int) Math.min(found.readBytes(), Integer.MAX_VALUE);
    double units = Capacity.readUnits(found.scannedBytes(), consistent);
    String index = indexName();
    if (index == null) {
      page.capacity.addTableRead(units);
    } else {
      page.capacity.addIndexRead(index, units);
      page.capacity.addTableRead(Capacity.price(found.fetchedUnits(), consistent));
    }
  }
}
