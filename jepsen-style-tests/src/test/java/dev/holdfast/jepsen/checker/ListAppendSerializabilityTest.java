package dev.holdfast.jepsen.checker;

import static dev.holdfast.jepsen.history.Operation.Outcome.FAILED;
import static dev.holdfast.jepsen.history.Operation.Outcome.OK;
import static dev.holdfast.jepsen.history.Operation.Outcome.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.jepsen.history.ListOperation;
import dev.holdfast.jepsen.history.ListOperation.Body;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Hand-made histories: each anomaly by its name, and what looks like one and is none. */
class ListAppendSerializabilityTest {
  private static final List<Long> NONE = List.of();
  private static final List<Long> ONE = List.of(1L);
  private static final List<Long> TWO = List.of(2L);
  private static final List<Long> ONE_TWO = List.of(1L, 2L);
  private static final List<Long> TWO_ONE = List.of(2L, 1L);

  private static ListOperation append(Map<String, Long> numbers, Outcome outcome, long... times) {
    return ListOperation.of(0, Body.append(numbers), outcome, times[0], times[1]);
  }

  /** Of a number to x and y. */
  private static ListOperation appendBoth(long number, long call, long end) {
    return append(Map.of("x", number, "y", number), OK, call, end);
  }

  private static ListOperation read(Map<String, List<Long>> lists, long call, long end) {
    return ListOperation.of(0, Body.read(lists), OK, call, end);
  }

  private static ListOperation readBoth(List<Long> x, List<Long> y, long call, long end) {
    return read(Map.of("x", x, "y", y), call, end);
  }

  private static ListOperation both(
      Map<String, List<Long>> seen, Map<String, Long> numbers, long call, long end) {
    return ListOperation.of(0, new Body(seen, numbers), OK, call, end);
  }

  private static void accepts(ListOperation... history) {
    assertThat(ListAppendSerializability.check(List.of(history))).isEqualTo(Verdict.valid());
  }

  private static void refuses(String name, ListOperation... history) {
    refuses(name, ListAppendSerializability.check(List.of(history)));
  }

  private static void refuses(String name, Verdict verdict) {
    assertThat(verdict.kind()).isEqualTo(Verdict.Kind.INVALID);
    assertThat(verdict.explanation()).startsWith(name + ":");
  }

  @Test
  void acceptsTransactionsThatFollowEachOther() {
    accepts(
        readBoth(NONE, NONE, 0, 5),
        appendBoth(1, 10, 20),
        readBoth(ONE, ONE, 30, 40),
        appendBoth(2, 50, 60),
        readBoth(ONE_TWO, ONE_TWO, 70, 80));
  }

  @Test
  void acceptsEitherOrderOfWhatRunsAtTheSameTime() {
    accepts(appendBoth(1, 0, 100), appendBoth(2, 0, 100), readBoth(TWO_ONE, TWO_ONE, 200, 210));
    accepts(appendBoth(1, 0, 100), readBoth(NONE, NONE, 20, 30));
    accepts(appendBoth(1, 0, 100), readBoth(ONE, ONE, 20, 30));
    accepts(appendBoth(1, 0, 10), readBoth(NONE, NONE, 10, 20)); // touching is overlapping
  }

  @Test
  void acceptsAnUnknownAppendLateOrNever() {
    ListOperation lost = append(Map.of("x", 1L, "y", 1L), UNKNOWN, 0, 10);
    accepts(lost, readBoth(NONE, NONE, 20, 30));
    accepts(lost, readBoth(NONE, NONE, 20, 30), readBoth(ONE, ONE, 40, 50));
    refuses("G-single", lost, readBoth(ONE, NONE, 20, 30));
    refuses(
        "G-single in real time", lost, readBoth(ONE, ONE, 20, 30), readBoth(NONE, NONE, 40, 50));
  }

  @Test
  void acceptsAcknowledgedAppendsThatNobodySaw() {
    accepts(
        readBoth(NONE, NONE, 0, 5),
        appendBoth(1, 10, 20),
        appendBoth(2, 30, 40),
        append(Map.of("z", 7L), OK, 50, 60));
  }

  @Test
  void acceptsAnAppendThatDependsOnWhatItSaw() {
    accepts(
        both(Map.of("x", NONE), Map.of("x", 1L), 0, 10),
        both(Map.of("x", ONE), Map.of("x", 2L), 20, 30));
  }

  @Test
  void refusesAppendsThatTwoListsSawInDifferentOrders() {
    refuses(
        "G0", appendBoth(1, 0, 100), appendBoth(2, 0, 100), readBoth(ONE_TWO, TWO_ONE, 200, 210));
  }

  @Test
  void refusesTheNumberOfAFailedAppend() {
    refuses(
        "aborted read (G1a)",
        append(Map.of("x", 1L), FAILED, 0, 10),
        read(Map.of("x", ONE), 20, 30));
  }

  @Test
  void refusesANumberThatNobodyAppended() {
    refuses("invented value", read(Map.of("x", ONE), 20, 30));
  }

  /** What G1b is where a transaction appends to a list once only: a part of it is seen. */
  @Test
  void refusesAReadThatSeesHalfOfATransaction() {
    refuses("G-single", appendBoth(1, 0, 100), readBoth(ONE, NONE, 20, 30));
  }

  @Test
  void refusesTransactionsThatSawEachOther() {
    refuses(
        "G1c",
        both(Map.of("y", TWO), Map.of("x", 1L), 0, 100),
        both(Map.of("x", ONE), Map.of("y", 2L), 0, 100));
  }

  @Test
  void refusesAReadBetweenTwoTransactionsOfWhichItSawTheLaterOnly() {
    refuses(
        "G-single",
        append(Map.of("x", 1L), OK, 0, 100),
        both(Map.of("x", ONE), Map.of("y", 1L), 0, 100),
        readBoth(NONE, ONE, 0, 100),
        read(Map.of("x", ONE), 0, 100));
  }

  @Test
  void refusesWriteSkew() {
    refuses(
        "G2",
        both(Map.of("x", NONE), Map.of("y", 1L), 0, 100),
        both(Map.of("y", NONE), Map.of("x", 2L), 0, 100),
        readBoth(TWO, ONE, 200, 210));
  }

  @Test
  void refusesWriteSkewThatNobodySawAfterwards() {
    refuses(
        "G2",
        both(Map.of("x", NONE), Map.of("y", 1L), 0, 100),
        both(Map.of("y", NONE), Map.of("x", 2L), 0, 100));
  }

  @Test
  void refusesALostUpdate() {
    ListOperation one = both(Map.of("x", NONE), Map.of("x", 1L), 0, 100);
    ListOperation other = both(Map.of("x", NONE), Map.of("x", 2L), 0, 100);
    refuses("G2", one, other);
    refuses("G-single", one, other, read(Map.of("x", ONE_TWO), 200, 210));
  }

  @Test
  void refusesALongFork() {
    refuses(
        "G2",
        append(Map.of("x", 1L), OK, 0, 100),
        append(Map.of("y", 2L), OK, 0, 100),
        readBoth(ONE, NONE, 0, 100),
        readBoth(NONE, TWO, 0, 100));
  }

  @Test
  void refusesAReadThatMissesWhatHadEndedBefore() {
    refuses(
        "G-single in real time",
        appendBoth(1, 0, 10),
        readBoth(NONE, NONE, 20, 30),
        readBoth(ONE, ONE, 40, 50));
    refuses("G-single in real time", appendBoth(1, 0, 10), readBoth(NONE, NONE, 20, 30));
  }

  @Test
  void refusesAppendsInAnotherOrderThanThatOfTheClock() {
    refuses(
        "G0 in real time",
        appendBoth(1, 0, 10),
        appendBoth(2, 20, 30),
        readBoth(TWO_ONE, TWO_ONE, 40, 50));
  }

  @Test
  void refusesAnAppendSeenBeforeItWasCalled() {
    refuses("G1c in real time", read(Map.of("x", ONE), 0, 10), appendBoth(1, 20, 30));
    refuses("future read", both(Map.of("x", ONE), Map.of("x", 1L), 0, 10));
  }

  @Test
  void refusesADuplicateAppend() {
    refuses("duplicate append", appendBoth(1, 0, 10), read(Map.of("x", List.of(1L, 1L)), 20, 30));
  }

  @Test
  void refusesALostAppend() {
    List<ListOperation> history =
        List.of(
            appendBoth(1, 0, 10), appendBoth(2, 20, 30), append(Map.of("x", 3L), UNKNOWN, 0, 9));
    Map<String, List<Long>> complete = Map.of("x", ONE_TWO, "y", ONE_TWO);
    Map<String, List<Long>> torn = Map.of("x", List.of(1L, 2L, 3L), "y", ONE);

    assertThat(ListAppendSerializability.check(history, complete)).isEqualTo(Verdict.valid());
    refuses("lost append", ListAppendSerializability.check(history, torn));
  }

  @Test
  void refusesAnAppendThatWasSeenAndIsGoneAtTheEnd() {
    List<ListOperation> history = List.of(appendBoth(1, 0, 10), readBoth(ONE, ONE, 20, 30));

    refuses("lost append", ListAppendSerializability.check(history, Map.of("x", NONE)));
  }

  @Test
  void refusesReadsThatAreNotPrefixesOfEachOther() {
    refuses(
        "incompatible orders",
        appendBoth(1, 0, 100),
        appendBoth(2, 0, 100),
        read(Map.of("x", ONE), 0, 100),
        read(Map.of("x", TWO_ONE), 0, 100));
  }

  @Test
  void refusesAHistoryWithoutSuccess() {
    assertThat(
            ListAppendSerializability.check(List.of(append(Map.of("x", 1L), FAILED, 0, 1))).kind())
        .isEqualTo(Verdict.Kind.UNTESTED);
  }

  @Test
  void findsAShortCycleAmongManyOperationsAndSaysWhoIsInIt() {
    ListOperation[] history = new ListOperation[2_000];
    List<Long> all = new java.util.ArrayList<>();
    for (int i = 0; i < history.length / 2; i++) {
      history[2 * i] = appendBoth(i, 100L * i, 100L * i + 10);
      all.add((long) i);
      history[2 * i + 1] = readBoth(all, all, 100L * i + 20, 100L * i + 30);
    }
    history[1_001] = readBoth(all.subList(0, 501), all.subList(0, 490), 50_020, 50_030);

    Verdict verdict = ListAppendSerializability.check(List.of(history));

    refuses("G-single", verdict);
    assertThat(verdict.explanation().lines().toList()).hasSize(3);
    assertThat(verdict.explanation()).contains("T1", "T2", "-rw y->", "(486 numbers) 486");
  }

  @Test
  void refusesToJudgeANumberThatWasAppendedTwice() {
    assertThatThrownBy(
            () ->
                ListAppendSerializability.check(List.of(appendBoth(1, 0, 1), appendBoth(1, 2, 3))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
