package dev.holdfast.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SampleItemTest {
  @Test
  void anItemIsAboutThreeHundredBytes() {
    assertThat(new SampleItem(123_456).plainText().length()).isBetween(280, 320);
    assertThat(new SampleItem(1).key()).hasSize(20);
  }
}
