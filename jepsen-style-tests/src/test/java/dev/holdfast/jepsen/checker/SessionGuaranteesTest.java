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
  private static Verdict.Kind judge(Operation... history) {
    return SessionGuarantees.check(List.of(history)).kind();
  }

  @Test
  void acceptsASessionThatReadsItsWrite() {
    assertThat(judge(write(0, "x", OK, 1, 0, 10), read(0, "x", OK, 1L, 20, 30)))
        .isEqualTo(Verdict.Kind.VALID);
  }

  @Test
  void refusesASessionThatMissesItsWrite() {
    assertThat(judge(write(0, "x", OK, 1, 0, 10), read(0, "x", OK, null, 20, 30)))
        .isEqualTo(Verdict.Kind.INVALID);
  }

  @Test
  void acceptsAnotherSessionThatIsBehind() {
    assertThat(judge(write(0, "x", OK, 1, 0, 10), read(1, "x", OK, null, 20, 30)))
        .isEqualTo(Verdict.Kind.VALID);
  }

  @Test
  void refusesASessionThatGoesBackInTime() {
    assertThat(
            judge(
                write(0, "x", OK, 1, 0, 10),
                write(0, "x", OK, 2, 20, 30),
                read(1, "x", OK, 2L, 40, 50),
                read(1, "x", OK, 1L, 60, 70)))
        .isEqualTo(Verdict.Kind.INVALID);
  }

  @Test
  void aWriteInDoubtOrWithoutEffectBindsNobody() {
    assertThat(judge(write(0, "x", UNKNOWN, 1, 0, 10), read(0, "x", OK, null, 20, 30)))
        .isEqualTo(Verdict.Kind.VALID);
    assertThat(judge(write(0, "x", FAILED, 1, 0, 10), read(0, "x", OK, null, 20, 30)))
        .isEqualTo(Verdict.Kind.VALID);
  }

  @Test
  void refusesAValueThatNobodyWrote() {
    assertThat(judge(write(0, "x", OK, 1, 0, 10), read(1, "x", OK, 7L, 20, 30)))
        .isEqualTo(Verdict.Kind.INVALID);
  }

  @Test
  void refusesAHistoryWithoutReads() {
    assertThat(judge(write(0, "x", OK, 1, 0, 10), read(0, "x", FAILED, null, 20, 30)))
        .isEqualTo(Verdict.Kind.INVALID);
  }
}
