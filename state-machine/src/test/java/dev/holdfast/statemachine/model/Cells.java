package dev.holdfast.statemachine.model;

import java.util.Arrays;

/**
 * A state of a model: numbers from -128 to 127, of which each model says what they mean. Changes
 * until the explorer has it, and never afterwards.
 */
public final class Cells {
  private final byte[] numbers;

  public Cells(int count) {
    this(new byte[count]);
  }

  private Cells(byte[] numbers) {
    this.numbers = numbers;
  }

  public Cells copy() {
    return new Cells(numbers.clone());
  }

  public int at(int place) {
    return numbers[place];
  }

  public void put(int place, int number) {
    if (number != (byte) number) {
      throw new IllegalArgumentException(number + " does not fit");
    }
    numbers[place] = (byte) number;
  }

  /** Whether a number of the set at this place, 0 to 6, is in it. */
  public boolean has(int place, int member) {
    return (at(place) & 1 << member) != 0;
  }

  /** Adds a number from 0 to 6 to the set at this place. */
  public void include(int place, int member) {
    put(place, at(place) | 1 << member);
  }

  public void exclude(int place, int member) {
    put(place, at(place) & ~(1 << member));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cells cells && Arrays.equals(numbers, cells.numbers);
  }

  @Override
  public int hashCode() {
    int hash = 0;
    for (byte number : numbers) {
      hash = (hash ^ number) * 0x01000193; // FNV-1
    }
    return hash ^ hash >>> 15;
  }
}
