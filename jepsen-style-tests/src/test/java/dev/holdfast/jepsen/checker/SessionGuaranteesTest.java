package dev.holdfast.jepsen.checker;

import static dev.holdfast.jepsen.history.Operation.Outcome.FAILED;
import static dev.holdfast.jepsen.history.Operation.Outcome.OK;
import static dev.holdfast.jepsen.history.Operation.Outcome.UNKNOWN;
import static dev.holdfast.jepsen.history.Operation.read;
import static dev.holdfast.jepsen.history.Operation.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.history.Operation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hand-made histories; process 0 writes, process 1 only reads. */
class SessionGuaranteesTest {
  private static void accepts(Operation... history) {
    assertThat(SessionGuarantees.check(List.of(history)).kind()).isEqualTo(Verdict.Kind.VALID);
  }

  private static void refuses(Operation... history) {
    assertThat(SessionGuarantees.check(List.of(history)).kind()).isEqualTo(Verdict.Kind.INVALID);
  }

  @Test
  void acceptsASessionThatReadsItsWrite() {
    accepts(write(0, "x", OK, 1, 0, 10), read(0, "x", OK, 1L, 20, 30));
  }

  @Test
  void refusesASessionThatMissesItsWrite() {
    refuses(write(0, "x", OK, 1, 0, 10), read(0, "x", OK, null, 20, 30));
  }

  @Test
  void acceptsAnotherSessionThatIsBehind() {
    accepts(write(0, "x", OK, 1, 0, 10), read(1, "x", OK, null, 20, 30));
  }

  @Test
  void refusesASessionThatGoesBackInTime() {
    refuses(
        write(0, "x", OK, 1, 0, 10),
        write(0, "x", OK, 2, 20, 30),
        read(1, "x", OK, 2L, 40, 50),
        read(1, "x", OK, 1L, 60, 70));
  }

  @Test
  void aWriteInDoubtOrWithoutEffectBindsNobody() {
    accepts(write(0, "x", UNKNOWN, 1, 0, 10), read(0, "x", OK, null, 20, 30));
    accepts(write(0, "x", FAILED, 1, 0, 10), read(0, "x", OK, null, 20, 30));
  }

  @Test
  void refusesAValueThatNobodyWrote() {
    refuses(write(0, "x", OK, 1, 0, 10), read(1, "x", OK, 7L, 20, 30));
  }

  @Test
  void refusesAHistoryWithoutReads() {
    Verdict verdict =
        SessionGuarantees.check(
            List.of(write(0, "x", OK, 1, 0, 10), read(0, "x", FAILED, null, 20, 30)));

    assertThat(verdict.kind()).isEqualTo(Verdict.Kind.UNTESTED);
  }
}
