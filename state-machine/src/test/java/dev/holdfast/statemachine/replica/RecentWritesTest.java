package dev.holdfast.statemachine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.model.Bytes;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecentWritesTest {
  @Test
  void noItemIsEverSaidToBeOlderThanItsLastWriteHoweverManySlotsThereAre() {
    RecentWrites writes = new RecentWrites(3);
    Map<Bytes, Long> last = new HashMap<>();
    Random random = new Random(1);
    for (long index = 4; index < 4 * RecentWrites.SLOT_COUNT_MAX; index++) {
      Bytes key = Bytes.utf8("k" + random.nextInt(50_000));
      writes.raise(key, index);
      last.put(key, index);
      if (Long.bitCount(index) == 1 || index % 10_007 == 0) {
        ItemVersions versions = writes.of(index);
        last.forEach(
            (item, written) -> assertThat(versions.of(item)).isGreaterThanOrEqualTo(written));
      }
    }
  }

  @Test
  void manySlotsTellItemsApart() {
    RecentWrites writes = new RecentWrites(3);
    for (int i = 0; i < 8 * RecentWrites.SLOT_COUNT_MAX; i++) {
      writes.raise(Bytes.utf8("hot"), i + 4L);
    }
    ItemVersions versions = writes.of(Long.MAX_VALUE);

    long mistaken = 0;
    for (int i = 0; i < 1_000; i++) {
      mistaken += versions.of(Bytes.utf8("cold" + i)) > 3 ? 1 : 0;
    }
    assertThat(mistaken).isLessThan(20); // those that shared a slot when there were few
  }

  @Test
  void whatIsDeletedAsARangeCountsForAllItems() {
    RecentWrites writes = new RecentWrites(3);
    writes.raiseAll(9);

    assertThat(writes.of(20).of(Bytes.utf8("any"))).isEqualTo(9);
    assertThat(writes.of(5).of(Bytes.utf8("any"))).as("not in that snapshot").isEqualTo(5);
  }
}
