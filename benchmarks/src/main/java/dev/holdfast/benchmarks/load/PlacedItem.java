package dev.holdfast.benchmarks.load;

/**
 * An item and where it lies. What is read or written in different places is of different partitions
 * of a system that has partitions; place 0 is where single items are read and written.
 *
 * @param place from 0 to {@link #PLACE_COUNT} - 1
 */
public record PlacedItem(int place, SampleItem item) {
  public static final int PLACE_COUNT = 3;

  /** Items that are read together: numbers 10n to 10n + 9. */
  public static final int GROUP_SIZE = 10;

  static PlacedItem of(int place, long number) {
    return new PlacedItem(place, new SampleItem(number));
  }

  /** Where the item lies when it is read with its group, which lies in all places. */
  static PlacedItem inGroup(long number) {
    return of((int) (number % GROUP_SIZE) % PLACE_COUNT, number);
  }
}
