package dev.holdfast.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PreloadTest {
  private static final int ITEM_COUNT = 25;

  private final Set<PlacedItem> there = ConcurrentHashMap.newKeySet();

  @ParameterizedTest
  @EnumSource
  void everyItemThatIsReadIsThere(Operation operation) {
    Preload.run(new StoringTarget(), operation.placeCount(), ITEM_COUNT, 4);

    if (operation.title().contains("get")) {
      for (long number = 0; number < ITEM_COUNT; number++) {
        assertThat(there).containsAll(operation.items(number));
      }
    }
  }

  @Test
  void singleItemsNeedOnePlace() {
    Preload.run(new StoringTarget(), 1, ITEM_COUNT, 4);

    assertThat(there).hasSize(ITEM_COUNT).allMatch(item -> item.place() == 0);
  }

  private final class StoringTarget implements Target {
    @Override
    public String name() {
      return "storing";
    }

    @Override
    public void prepare(int placeCount) {}

    @Override
    public CompletableFuture<?> put(int lane, PlacedItem item) {
      there.add(item);
      return CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletableFuture<?> start(Operation operation, int lane, long itemNumber) {
      throw new AssertionError("only puts");
    }

    @Override
    public void close() {}
  }
}
