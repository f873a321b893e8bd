package dev.holdfast.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OperationTest {
  @ParameterizedTest
  @EnumSource
  void itemsDifferAndLieInThePlacesThatTheOperationNames(Operation operation) {
    for (long number = 0; number < 200; number++) {
      List<PlacedItem> items = operation.items(number);
      assertThat(items).doesNotHaveDuplicates();
      assertThat(items)
          .allMatch(item -> item.place() >= 0 && item.place() < operation.placeCount());
    }
  }

  @Test
  void aTransactionLiesInOnePartitionOrInTwo() {
    assertThat(Operation.TRANSACT_ONE.items(7)).extracting(PlacedItem::place).containsExactly(0, 0);
    assertThat(Operation.TRANSACT_TWO.items(7)).extracting(PlacedItem::place).containsExactly(0, 1);
  }

  @Test
  void hotTransactionsAreOfAnyTwoOfTenItems() {
    Set<Set<PlacedItem>> pairs = new HashSet<>();
    Set<PlacedItem> items = new HashSet<>();
    for (long number = 0; number < 90; number++) {
      List<PlacedItem> pair = Operation.TRANSACT_HOT.items(number);
      pairs.add(Set.copyOf(pair));
      items.addAll(pair);
    }

    assertThat(items).hasSize(10);
    assertThat(items).extracting(PlacedItem::place).contains(0, 1, 2);
    assertThat(pairs).hasSize(10 * 9 / 2);
  }

  @Test
  void bothReadsOfAGroupAreOfTheSameTenItemsInThreePlaces() {
    List<PlacedItem> group = Operation.TRANSACT_GET.items(37);

    assertThat(group).hasSize(10).isEqualTo(Operation.BATCH_GET_STRONG.items(30));
    assertThat(group).extracting(PlacedItem::place).contains(0, 1, 2);
  }
}
