package dev.holdfast.statemachine.table;

import dev.holdfast.protocol.model.Item;
import org.jspecify.annotations.Nullable;

/** DynamoDB's units. Source: AWS Developer Guide, "DynamoDB read and write operations". */
final class CapacityUnits {
  private static final int WRITE_UNIT_BYTES = 1024;
  private static final int READ_UNIT_BYTES = 4096;

  private CapacityUnits() {}

  /** Write units of an item, at least 1, also for one that does not exist. */
  static int ofWrite(@Nullable Item item) {
    return item == null ? 1 : Math.max(1, ceilDiv(item.sizeBytes(), WRITE_UNIT_BYTES));
  }

  static int ofWrite(@Nullable Item before, @Nullable Item after) {
    return Math.max(ofWrite(before), ofWrite(after));
  }

  /** Units of a strongly consistent read. */
  static int ofRead(Item item) {
    return Math.max(1, ceilDiv(item.sizeBytes(), READ_UNIT_BYTES));
  }

  private static int ceilDiv(int size, int unit) {
    return (size + unit - 1) / unit;
  }
}
