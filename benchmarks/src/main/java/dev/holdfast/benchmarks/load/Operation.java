package dev.holdfast.benchmarks.load;

import java.util.List;
import java.util.stream.LongStream;

/** What one request does. */
public enum Operation {
  /** Replaces one item; answered when it is as durable as the system makes it. */
  PUT("put", 1),
  /** Reads one item, linearizable. */
  STRONG_GET("strong get", 1),
  /** Reads one item with the system's cheapest promise. */
  EVENTUAL_GET("eventual get", 1),
  /** Replaces two items of one partition in one transaction. */
  TRANSACT_ONE("transaction, one partition", 1),
  /** Replaces two items of two partitions in one transaction. */
  TRANSACT_TWO("transaction, two partitions", 2),
  /** Replaces two of ten items, which lie in all places, in one transaction. */
  TRANSACT_HOT("transaction, two of ten items", PlacedItem.PLACE_COUNT),
  /** Reads ten items, which lie in all places, as they are at one moment. */
  TRANSACT_GET("transactional get of ten", PlacedItem.PLACE_COUNT),
  /** Reads the same ten items, each linearizable, the whole not of one moment. */
  BATCH_GET_STRONG("strong batch get of ten", PlacedItem.PLACE_COUNT);

  private static final int HOT_COUNT = 10;

  private final String title;
  private final int placeCount;

  Operation(String title, int placeCount) {
    this.title = title;
    this.placeCount = placeCount;
  }

  public String title() {
    return title;
  }

  /** It touches places 0 to this less one. */
  public int placeCount() {
    return placeCount;
  }

  /**
   * The items that it touches, different from one another.
   *
   * @param number chosen uniformly; names the item or the group
   */
  public List<PlacedItem> items(long number) {
    long even = number - number % 2;
    return switch (this) {
      case PUT, STRONG_GET, EVENTUAL_GET -> List.of(PlacedItem.of(0, number));
      case TRANSACT_ONE -> List.of(PlacedItem.of(0, even), PlacedItem.of(0, even + 1));
      case TRANSACT_TWO -> List.of(PlacedItem.of(0, even), PlacedItem.of(1, even + 1));
      case TRANSACT_HOT -> {
        long first = number % HOT_COUNT;
        long second = (first + 1 + number / HOT_COUNT % (HOT_COUNT - 1)) % HOT_COUNT;
        yield List.of(PlacedItem.inGroup(first), PlacedItem.inGroup(second));
      }
      case TRANSACT_GET, BATCH_GET_STRONG -> {
        long start = number - number % PlacedItem.GROUP_SIZE;
        yield LongStream.range(start, start + PlacedItem.GROUP_SIZE)
            .mapToObj(PlacedItem::inGroup)
            .toList();
      }
    };
  }
}
