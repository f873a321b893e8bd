package dev.holdfast.protocol.command;

import dev.holdfast.protocol.model.Item;
import org.jspecify.annotations.Nullable;

/**
 * Where a page begins and how much it may hold.
 *
 * @param exclusiveStart the key after which to go on (for an index: index and table keys); may lie
 *     outside the partition asked, which then starts at its own edge
 * @param limit the most items to look at, before filtering
 * @param bytesMax the page ends with the item that reaches this many scanned bytes
 */
public record Paging(@Nullable Item exclusiveStart, Order order, int limit, int bytesMax) {
  /** DynamoDB's page: 1 MB. */
  public static final int PAGE_BYTES_MAX = 1 << 20;

  /** DynamoDB's ScanIndexForward. */
  public enum Order {
    ASCENDING,
    DESCENDING
  }

  public Paging {
    if (limit < 1 || bytesMax < 1) {
      throw new IllegalArgumentException("limit " + limit + ", bytesMax " + bytesMax);
    }
  }
}
