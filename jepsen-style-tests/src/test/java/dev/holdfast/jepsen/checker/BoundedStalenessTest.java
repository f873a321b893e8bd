package dev.holdfast.jepsen.checker;

import static dev.holdfast.jepsen.history.Operation.Outcome.FAILED;
import static dev.holdfast.jepsen.history.Operation.Outcome.OK;
import static dev.holdfast.jepsen.history.Operation.Outcome.UNKNOWN;
import static dev.holdfast.jepsen.history.Operation.read;
import static dev.holdfast.jepsen.history.Operation.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.checker.Verdict.Kind;
import dev.holdfast.jepsen.history.Operation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bound is 100 ns. */
class BoundedStalenessTest {
  private static final BoundedStaleness CHECKER = new BoundedStaleness(Duration.ofNanos(100));

  private static void accepts(Operation... history) {
    assertThat(CHECKER.check(List.of(history))).isEqualTo(Verdict.valid());
  }

  private static void refuses(Operation... history) {
    assertThat(CHECKER.check(List.of(history)).kind()).isEqualTo(Kind.INVALID);
  }

  @Test
  void aReadMayMissWhatIsYoungerThanTheBound() {
    accepts(write(0, "x", OK, 1, 0, 10), read(1, "x", OK, null, 110, 120));
    accepts(
        write(0, "x", OK, 1, 0, 10), write(0, "x", OK, 2, 20, 30), read(1, "x", OK, 1L, 120, 130));
  }

  @Test
  void aReadSeesWhatIsOlder() {
    accepts(write(0, "x", OK, 1, 0, 10), read(1, "x", OK, 1L, 111, 120));
    refuses(write(0, "x", OK, 1, 0, 10), read(1, "x", OK, null, 111, 120));
    refuses(
        write(0, "x", OK, 1, 0, 10), write(0, "x", OK, 2, 20, 30), read(1, "x", OK, 1L, 131, 140));
  }

  @Test
  void theBoundCountsFromTheCallNotFromTheEnd() {
    accepts(write(0, "x", OK, 1, 0, 10), read(1, "x", OK, null, 100, 900));
  }

  @Test
  void whatIsInDoubtOrFailedNeedNotBeSeen() {
    accepts(
        write(0, "x", OK, 1, 0, 10),
        write(0, "x", UNKNOWN, 2, 20, 30),
        read(1, "x", OK, 1L, 500, 510),
        read(1, "x", OK, 2L, 520, 530));
    refuses(
        write(0, "x", OK, 1, 0, 10),
        write(0, "x", FAILED, 2, 20, 30),
        read(1, "x", OK, 2L, 500, 510));
  }

  @Test
  void nothingIsSeenThatNobodyWrote() {
    refuses(write(0, "x", OK, 1, 0, 10), read(1, "x", OK, 7L, 20, 30));
    refuses(write(0, "y", OK, 1, 0, 10), read(1, "x", OK, 1L, 20, 30));
  }

  @Test
  void aHistoryWithoutReadsOrWritesTestsNothing() {
    assertThat(CHECKER.check(List.of(write(0, "x", OK, 1, 0, 10))).kind()).isEqualTo(Kind.UNTESTED);
    assertThat(CHECKER.check(List.of(read(0, "x", OK, null, 0, 10))).kind())
        .isEqualTo(Kind.UNTESTED);
  }
}
