package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.Bytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A row of numbers, eight bytes each, to which {@link Effect.Add} adds. Used by one thread. */
public final class NumbersRow {
  private long[] numbers;

  private NumbersRow(long[] numbers) {
    this.numbers = numbers;
  }

  /**
   * @param row null is a row without numbers
   */
  public static NumbersRow of(@Nullable Bytes row) {
    long[] numbers = new long[row == null ? 0 : row.size() / Long.BYTES];
    if (row != null) {
      row.asReadOnlyBuffer().asLongBuffer().get(numbers);
    }
    return new NumbersRow(numbers);
  }

  /** The number of a slot; 0 when the row does not have it. */
  public long get(int slot) {
    return slot < numbers.length ? numbers[slot] : 0;
  }

  void add(int slot, long amount) {
    if (slot >= numbers.length) {
      numbers = Arrays.copyOf(numbers, slot + 1);
    }
    numbers[slot] += amount;
  }

  /** Whether it says no more than an absent row. */
  boolean isZero() {
    return Arrays.stream(numbers).allMatch(number -> number == 0);
  }

  Bytes encode() {
    ByteBuffer row = ByteBuffer.allocate(numbers.length * Long.BYTES);
    for (long number : numbers) {
      row.putLong(number);
    }
    return Bytes.wrap(row.array());
  }
}
