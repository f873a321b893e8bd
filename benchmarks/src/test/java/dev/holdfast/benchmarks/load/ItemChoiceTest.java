package dev.holdfast.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ItemChoiceTest {
  private static final int ITEMS = 1_000;
  private static final int DRAWS = 400_000;

  private static int[] drawn(ItemChoice choice) {
    SplittableRandom random = new SplittableRandom(7);
    int[] counts = new int[ITEMS];
    for (int i = 0; i < DRAWS; i++) {
      counts[(int) choice.next(random)]++;
    }
    return counts;
  }

  @Test
  void itemsOfZipfsLawComeAsOftenAsTheirRankSays() {
    int[] counts = drawn(new ItemChoice.Zipf(ITEMS, 0.99));
    double sum = 0;
    for (int item = 1; item <= ITEMS; item++) {
      sum += Math.pow(item, -0.99);
    }
    for (int item : new int[] {0, 1, 9, 99}) {
      double share = Math.pow(item + 1.0, -0.99) / sum;
      assertThat((double) counts[item] / DRAWS).as("item %d", item).isCloseTo(share, within(0.003));
    }
    assertThat(counts[ITEMS - 1]).isPositive();
  }

  @Test
  void uniformItemsComeEquallyOften() {
    int[] counts = drawn(new ItemChoice.Uniform(ITEMS));
    for (int count : counts) {
      assertThat(count).isBetween(300, 500);
    }
  }
}
