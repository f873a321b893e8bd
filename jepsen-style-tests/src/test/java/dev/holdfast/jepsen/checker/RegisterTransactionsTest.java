package dev.holdfast.jepsen.checker;

import static dev.holdfast.jepsen.history.Operation.Outcome.FAILED;
import static dev.holdfast.jepsen.history.Operation.Outcome.OK;
import static dev.holdfast.jepsen.history.Operation.Outcome.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.RegisterTransaction;
import dev.holdfast.jepsen.history.RegisterTransaction.Body;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Hand-made histories: each anomaly by its name, and what looks like one and is none. */
class RegisterTransactionsTest {
  private static final long[] ANY = {0, 100}; // at the same time as all others that are at any

  private static Map<String, @Nullable Long> x(@Nullable Integer value) {
    return values("x", value);
  }

  private static Map<String, @Nullable Long> y(@Nullable Integer value) {
    return values("y", value);
  }

  private static Map<String, @Nullable Long> values(String key, @Nullable Integer value) {
    Map<String, @Nullable Long> values = new HashMap<>();
    values.put(key, value == null ? null : Long.valueOf(value));
    return values;
  }

  private static Map<String, @Nullable Long> xy(@Nullable Integer x, @Nullable Integer y) {
    Map<String, @Nullable Long> values = x(x);
    values.putAll(y(y));
    return values;
  }

  private static RegisterTransaction read(Map<String, @Nullable Long> values, long... times) {
    return RegisterTransaction.of(0, Body.read(values), OK, times[0], times[1]);
  }

  private static RegisterTransaction write(Map<String, Long> values, long... times) {
    return write(OK, values, times);
  }

  private static RegisterTransaction write(
      Outcome outcome, Map<String, Long> values, long... times) {
    return RegisterTransaction.of(0, Body.write(values), outcome, times[0], times[1]);
  }

  /** Of the same value to x and y. */
  private static RegisterTransaction writeBoth(long value, long... times) {
    return write(Map.of("x", value, "y", value), times);
  }

  private static RegisterTransaction update(
      Map<String, @Nullable Long> seen, Map<String, Long> values, long... times) {
    return update(OK, seen, values, times);
  }

  private static RegisterTransaction update(
      Outcome outcome, Map<String, @Nullable Long> seen, Map<String, Long> values, long... times) {
    return RegisterTransaction.of(0, new Body(seen, values), outcome, times[0], times[1]);
  }

  private static void accepts(RegisterTransaction... history) {
    assertThat(RegisterTransactions.check(List.of(history))).isEqualTo(Verdict.valid());
  }

  private static void refuses(String name, RegisterTransaction... history) {
    Verdict verdict = RegisterTransactions.check(List.of(history));
    assertThat(verdict.kind()).isEqualTo(Verdict.Kind.INVALID);
    assertThat(verdict.explanation()).startsWith(name + ":");
    if (verdict.anomaly() != null) {
      assertThat(verdict.anomaly().name()).isEqualTo(name);
      assertThat(verdict.explanation()).startsWith(verdict.anomaly().inWords());
    }
  }

  @Test
  void acceptsTransactionsThatFollowEachOther() {
    accepts(
        read(xy(null, null), 0, 5),
        writeBoth(1, 10, 20),
        read(xy(1, 1), 30, 40),
        update(x(1), Map.of("x", 2L), 50, 60),
        read(xy(2, 1), 70, 80));
  }

  @Test
  void acceptsEitherOrderOfWhatRunsAtTheSameTime() {
    accepts(writeBoth(1, ANY), writeBoth(2, ANY), read(xy(1, 1), 200, 210));
    accepts(writeBoth(1, ANY), writeBoth(2, ANY), read(xy(2, 2), 200, 210));
    accepts(writeBoth(1, ANY), read(xy(null, null), 20, 30));
    accepts(writeBoth(1, ANY), read(xy(1, 1), 20, 30));
    accepts(writeBoth(1, 0, 10), read(xy(null, null), 10, 20)); // touching is overlapping
  }

  @Test
  void acceptsAReadOfTheOldAfterTheCallOfTheNew() {
    accepts(
        writeBoth(1, 0, 10), writeBoth(2, 20, 100), read(xy(1, 1), 30, 40), read(xy(2, 2), 50, 60));
  }

  @Test
  void acceptsAnUnknownWriteThatTookEffectLate() {
    RegisterTransaction lost = write(UNKNOWN, Map.of("x", 1L, "y", 1L), 0, 10);
    accepts(lost, read(xy(null, null), 20, 30), read(xy(1, 1), 40, 50));
    accepts(lost, writeBoth(2, 20, 30), read(xy(2, 2), 40, 50), read(xy(1, 1), 60, 70));
  }

  @Test
  void acceptsAnUnknownWriteThatNobodySaw() {
    RegisterTransaction lost = update(UNKNOWN, x(7), Map.of("x", 1L), 0, 10);
    accepts(lost, read(xy(null, null), 20, 30)); // what it saw is not asked: it had no effect
  }

  @Test
  void acceptsAFailedConditionalWrite() {
    accepts(
        writeBoth(1, 0, 10),
        update(FAILED, x(null), Map.of("x", 2L), 20, 30),
        update(x(1), Map.of("x", 3L), 40, 50),
        read(xy(3, 1), 60, 70));
  }

  @Test
  void acceptsWritesThatNobodySaw() {
    accepts(writeBoth(1, 0, 10), writeBoth(2, 20, 30), write(Map.of("z", 7L), 40, 50));
  }

  @Test
  void acceptsOneOfTwoConditionalWritesOfTheSameVersion() {
    accepts(
        writeBoth(1, 0, 10),
        update(x(1), Map.of("x", 2L), 20, 100),
        update(FAILED, x(1), Map.of("x", 3L), 20, 100),
        read(xy(2, 1), 200, 210));
  }

  @Test
  void acceptsReadsOfOneWriteBeforeAndAfterAnotherBegan() {
    accepts(
        write(Map.of("x", 1L), ANY),
        write(Map.of("y", 2L), ANY),
        read(xy(1, null), ANY),
        read(xy(1, 2), ANY));
  }

  @Test
  void acceptsAReadInTheMiddleOfAChainOfUpdates() {
    accepts(
        update(x(null), Map.of("x", 1L), ANY),
        update(x(1), Map.of("x", 2L), ANY),
        update(x(2), Map.of("x", 3L), ANY),
        read(x(2), ANY),
        write(Map.of("x", 9L), ANY));
  }

  @Test
  void refusesAValueThatNobodyWrote() {
    refuses("garbage read", read(x(1), 0, 10));
    refuses("garbage read", writeBoth(1, 0, 10), read(x(2), 20, 30));
  }

  @Test
  void refusesTheValueOfAFailedTransaction() {
    refuses("aborted read (G1a)", write(FAILED, Map.of("x", 1L), 0, 10), read(x(1), 20, 30));
    refuses(
        "aborted read (G1a)",
        update(FAILED, x(null), Map.of("x", 1L, "y", 1L), ANY),
        update(y(1), Map.of("x", 2L), ANY));
  }

  @Test
  void refusesATransactionThatSawItsOwnWriteBefore() {
    refuses("future read", update(x(1), Map.of("x", 1L), 0, 10));
  }

  @Test
  void refusesWritesThatTwoRegistersTookInDifferentOrders() {
    refuses(
        "G0",
        writeBoth(1, ANY),
        writeBoth(2, ANY),
        read(x(1), 10, 20),
        read(y(2), 10, 20),
        read(x(2), 30, 40),
        read(y(1), 30, 40));
  }

  @Test
  void refusesWritesInAnotherOrderThanThatOfTheClock() {
    refuses(
        "stale read (G-single in real time)",
        writeBoth(1, 0, 10),
        writeBoth(2, 20, 30),
        read(xy(1, 1), 40, 50));
  }

  @Test
  void refusesTransactionsThatSawEachOther() {
    refuses("G1c", update(y(2), Map.of("x", 1L), ANY), update(x(1), Map.of("y", 2L), ANY));
  }

  /** Unlike in a list: who saw the later version did not see the earlier. */
  @Test
  void keepsTheWriteBetweenAWriterAndOneThatSawALaterVersion() {
    RegisterTransaction[] history = {
      update(y(3), Map.of("x", 1L), ANY),
      write(Map.of("x", 2L), ANY),
      update(x(2), Map.of("y", 3L), ANY),
      read(x(1), 10, 20),
      read(x(2), 30, 40)
    };

    refuses("G1c", history);
    assertThat(RegisterTransactions.check(List.of(history)).explanation().lines()).hasSize(4);
  }

  @Test
  void refusesVersionsEachOfWhichOverwroteTheOther() {
    refuses(
        "cyclic versions (G1c)",
        update(x(2), Map.of("x", 1L), ANY),
        update(x(1), Map.of("x", 2L), ANY));
  }

  @Test
  void refusesVersionsThatComeAndGo() {
    refuses(
        "cyclic versions (G-single in real time)",
        write(Map.of("x", 1L), ANY),
        write(Map.of("x", 2L), ANY),
        read(x(1), 110, 120),
        read(x(2), 130, 140),
        read(x(1), 150, 160));
  }

  @Test
  void refusesAReadThatSawHalfOfATransaction() {
    refuses("fractured read (G-single)", writeBoth(1, ANY), read(xy(1, null), ANY));
    refuses(
        "fractured read (G-single)",
        writeBoth(1, 0, 10),
        writeBoth(2, 20, 100),
        read(xy(2, 1), 20, 100));
  }

  /** That the one write is before the other is known only from a read after both. */
  @Test
  void refusesAReadThatSawHalfOfATransactionAndTheWriteBeforeIt() {
    refuses(
        "fractured read (G-single)",
        write(Map.of("x", 1L), 5, 30),
        writeBoth(2, 0, 10),
        read(x(2), 50, 60),
        read(xy(1, 2), 5, 100));
  }

  @Test
  void refusesAReadThatSawTheLaterOfTwoTransactionsOnly() {
    refuses(
        "G-single",
        write(Map.of("x", 1L), ANY),
        update(x(1), Map.of("y", 1L), ANY),
        read(xy(null, 1), ANY));
  }

  @Test
  void refusesTwoUpdatesOfOneVersion() {
    refuses(
        "lost update (G-single)",
        writeBoth(1, ANY),
        update(x(1), Map.of("x", 2L), ANY),
        update(x(1), Map.of("x", 3L), ANY));
    refuses(
        "lost update (G-single)",
        update(x(null), Map.of("x", 2L), ANY),
        update(x(null), Map.of("x", 3L), ANY));
  }

  @Test
  void refusesAnUpdateThatDidNotSeeWhatHadEndedBefore() {
    refuses(
        "lost update (G-single in real time)",
        writeBoth(1, 0, 10),
        write(Map.of("x", 2L), 20, 30),
        update(x(1), Map.of("x", 3L), 40, 50),
        read(x(3), 60, 70));
  }

  @Test
  void refusesWriteSkew() {
    refuses(
        "write skew (G2)",
        update(xy(null, null), Map.of("x", 1L), ANY),
        update(xy(null, null), Map.of("y", 1L), ANY),
        read(xy(1, 1), 110, 120));
    refuses(
        "write skew (G2)",
        writeBoth(1, 0, 10),
        update(xy(1, 1), Map.of("x", 2L), 20, 100),
        update(xy(1, 1), Map.of("y", 3L), 20, 100));
  }

  @Test
  void refusesALongFork() {
    refuses(
        "long fork (G2)",
        write(Map.of("x", 1L), ANY),
        write(Map.of("y", 2L), ANY),
        read(xy(1, null), ANY),
        read(xy(null, 2), ANY));
    refuses(
        "long fork (G2)",
        writeBoth(1, 0, 10),
        write(Map.of("x", 2L), 20, 100),
        write(Map.of("y", 3L), 20, 100),
        read(xy(1, 3), 20, 100),
        read(xy(2, 1), 20, 100));
  }

  @Test
  void refusesThreeTransactionsThatMissedEachOther() {
    refuses(
        "G2",
        update(x(null), Map.of("y", 1L), ANY),
        update(y(null), Map.of("z", 1L), ANY),
        update(values("z", null), Map.of("x", 1L), ANY));
  }

  @Test
  void refusesAReadThatMissesWhatHadEndedBefore() {
    refuses("stale read (G-single in real time)", writeBoth(1, 0, 10), read(x(null), 20, 30));
    refuses(
        "stale read (G-single in real time)",
        write(Map.of("x", 1L), 0, 10),
        write(Map.of("x", 2L), 20, 100),
        read(x(2), 30, 40),
        read(x(1), 50, 60));
  }

  @Test
  void refusesALostWrite() {
    refuses(
        "stale read (G-single in real time)",
        write(Map.of("x", 1L), 0, 10),
        update(x(1), Map.of("x", 2L), 20, 30),
        read(x(2), 40, 50),
        read(x(1), 60, 70));
  }

  @Test
  void refusesAnUnknownWriteThatWasSeenAndUndone() {
    refuses(
        "stale read (G-single in real time)",
        write(UNKNOWN, Map.of("x", 1L), 0, 10),
        read(x(1), 20, 30),
        read(x(null), 40, 50));
  }

  @Test
  void refusesAWriteSeenBeforeItWasCalled() {
    refuses("G1c in real time", read(x(1), 0, 10), writeBoth(1, 20, 30));
  }

  @Test
  void refusesAWriteBetweenTwoThatFollowEachOtherDirectly() {
    refuses(
        "stale read (G-single in real time)",
        write(Map.of("x", 1L), ANY),
        update(x(1), Map.of("x", 3L), 150, 200),
        write(Map.of("x", 2L), 0, 140),
        read(x(1), 105, 110),
        read(x(2), 120, 130));
  }

  @Test
  void refusesAHistoryWithoutSuccess() {
    Verdict verdict = RegisterTransactions.check(List.of(write(FAILED, Map.of("x", 1L), ANY)));

    assertThat(verdict.kind()).isEqualTo(Verdict.Kind.UNTESTED);
    assertThat(verdict.explanation()).endsWith("nothing was tested");
  }

  @Test
  void saysWhoIsInTheCycleAndWhatTheySaw() {
    Verdict verdict =
        RegisterTransactions.check(
            List.of(
                writeBoth(1, 0, 10),
                read(xy(1, 1), 12, 18),
                writeBoth(2, 20, 30),
                read(xy(2, 1), 40, 50)));

    assertThat(verdict.explanation().lines())
        .containsExactly(
            "stale read (G-single in real time): T1 -rw y-> T2 -real time-> T1",
            "  T1: process 0 (40..50 ns, OK) saw x=2, saw y=1",
            "  T2: process 0 (20..30 ns, OK) wrote x=2, wrote y=2",
            "  as to the order of y: process 0 (0..10 ns, OK) wrote x=1, wrote y=1 had ended before"
                + " the call of process 0 (20..30 ns, OK) wrote x=2, wrote y=2");
    Anomaly anomaly = Objects.requireNonNull(verdict.anomaly());
    assertThat(anomaly.steps())
        .extracting(Anomaly.Step::from, Anomaly.Step::to, Anomaly.Step::kind, Anomaly.Step::key)
        .containsExactly(tuple(3, 2, Dependency.RW, "y"), tuple(2, 3, Dependency.REAL_TIME, null));
  }

  @Test
  void refusesToJudgeAValueThatWasWrittenTwice() {
    assertThatThrownBy(
            () -> RegisterTransactions.check(List.of(writeBoth(1, 0, 1), writeBoth(1, 2, 3))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
