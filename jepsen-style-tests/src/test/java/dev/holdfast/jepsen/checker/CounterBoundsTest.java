package dev.holdfast.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.checker.Verdict.Kind;
import dev.holdfast.jepsen.history.CounterOperation;
import dev.holdfast.jepsen.history.CounterOperation.Function;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class CounterBoundsTest {
  private static CounterOperation add(Outcome outcome, long amount, long call, long end) {
    return new CounterOperation(0, "c", Function.ADD, amount, outcome, call, end);
  }

  private static CounterOperation add(long amount, long call, long end) {
    return add(Outcome.OK, amount, call, end);
  }

  private static CounterOperation read(long found, long call, long end) {
    return new CounterOperation(1, "c", Function.READ, found, Outcome.OK, call, end);
  }

  private static void accepts(CounterOperation... history) {
    assertThat(new CounterBounds().check(List.of(history))).isEqualTo(Verdict.valid());
  }

  private static void refuses(CounterOperation... history) {
    assertThat(new CounterBounds().check(List.of(history)).kind()).isEqualTo(Kind.INVALID);
  }

  @Test
  void whatWasAcknowledgedBeforeAReadIsCounted() {
    accepts(add(2, 0, 10), add(3, 20, 30), read(5, 40, 50));
    refuses(add(2, 0, 10), add(3, 20, 30), read(2, 40, 50));
    refuses(add(2, 0, 10), read(0, 11, 12));
  }

  @Test
  void whatOverlapsAReadMayBeCounted() {
    accepts(add(2, 0, 10), add(3, 20, 60), read(2, 40, 50));
    accepts(add(2, 0, 10), add(3, 20, 60), read(5, 40, 50));
    accepts(add(2, 0, 10), add(3, 45, 60), read(5, 40, 50));
  }

  @Test
  void nothingIsCountedTwiceOrBeforeItWasCalled() {
    refuses(add(2, 0, 10), read(4, 20, 30));
    refuses(add(2, 0, 10), read(5, 20, 30), add(3, 31, 40));
  }

  @Test
  void whatFailedIsNotCounted() {
    accepts(add(2, 0, 10), add(Outcome.FAILED, 3, 20, 30), read(2, 40, 50));
    refuses(add(2, 0, 10), add(Outcome.FAILED, 3, 20, 30), read(5, 40, 50));
  }

  @Test
  void whatIsInDoubtMayBeCountedOnceAtAnyLaterTime() {
    CounterOperation doubt = add(Outcome.UNKNOWN, 3, 20, 30);
    accepts(add(2, 0, 10), doubt, read(2, 40, 50), read(5, 60, 70));
    refuses(add(2, 0, 10), doubt, read(8, 40, 50));
    refuses(add(2, 0, 10), read(5, 11, 15), doubt);
  }

  @Test
  void countersDoNotMix() {
    refuses(
        add(2, 0, 10),
        new CounterOperation(0, "other", Function.ADD, 3, Outcome.OK, 0, 10),
        read(5, 20, 30));
  }

  @Test
  void aHistoryWithoutReadsOrWithoutAddsTestsNothing() {
    assertThat(new CounterBounds().check(List.of(add(1, 0, 1))).kind()).isEqualTo(Kind.UNTESTED);
    assertThat(new CounterBounds().check(List.of(read(0, 0, 1))).kind()).isEqualTo(Kind.UNTESTED);
  }
}
