package dev.holdfast.client;

import java.util.List;
import java.util.Optional;

/**
 * A part of the answer to a query or scan.
 *
 * <pre>{@code
 * Page<Document> page = orders.query(Query.of("customer-7").pageSize(20)).next().join();
 * page.items().forEach(this::show);
 * Optional<Document> whereToGoOn = page.lastKey(); // for Query.startAfter, in a later request
 * }</pre>
 *
 * @param scannedCount items looked at, of which the filter may have dropped some
 * @param lastKey where a later query may go on; empty when this is the last page
 */
public record Page<T>(List<T> items, int scannedCount, Optional<Document> lastKey) {
  public Page {
    items = List.copyOf(items);
  }
}
