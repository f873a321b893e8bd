package dev.holdfast.node.dynamodb.operation;

import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.TableDescriptor;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How many items a table and its indexes have, as its partitions have counted them: of the replicas
 * at hand, so a moment old. DynamoDB's own numbers are hours old.
 */
final class TableSizes {
  /** Of a table whose partitions have not been asked. */
  static final TableSizes NONE = new TableSizes(Collections.emptySortedMap());

  private static final String TABLE_ITSELF = ""; // no index is called so
  private static final Size ZERO = new Size(0, 0);

  /** Of a table or an index. */
  record Size(long itemCount, long bytes) {}

  private final SortedMap<String, Size> sizes;

  private TableSizes(SortedMap<String, Size> sizes) {
    this.sizes = sizes;
  }

  /** Never fails: a partition that cannot be asked does not keep a table from being described. */
  static CompletableFuture<TableSizes> ask(
      TableAccess tables, Request request, TableDescriptor table) {
    if (!table.status().isServed()) {
      return CompletableFuture.completedFuture(NONE);
    }
    Map<String, CompletableFuture<Size>> asked = new TreeMap<>();
    asked.put(TABLE_ITSELF, ask(tables, request, table, null));
    for (LocalIndex index : table.localIndexes()) {
      asked.put(index.name(), ask(tables, request, table, index.name()));
    }
    for (GlobalIndex index : table.followers().globalIndexes()) {
      asked.put(index.name(), ask(tables, request, table.ofIndex(index), null));
    }
    return CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
        .thenApply(
            all -> {
              SortedMap<String, Size> sizes = new TreeMap<>();
              asked.forEach((name, size) -> sizes.put(name, size.join()));
              return new TableSizes(sizes);
            });
  }

  private static CompletableFuture<Size> ask(
      TableAccess tables, Request request, TableDescriptor table, @Nullable String index) {
    Read.Scan totals =
        new Read.Scan(
            TableRef.of(table),
            index,
            KeyEncoding.tableRange(table.id()),
            new Paging(null, Paging.Order.ASCENDING, 1, Paging.PAGE_BYTES_MAX),
            null,
            new Read.Output.Totals());
    return tables
        .scan(request, table, totals, false)
        .thenApply(page -> new Size(page.count(), page.scannedBytes()))
        .exceptionally(unreachable -> ZERO);
  }

  Size ofTable() {
    return sizes.getOrDefault(TABLE_ITSELF, ZERO);
  }

  Size ofIndex(String name) {
    return sizes.getOrDefault(name, ZERO);
  }
}
