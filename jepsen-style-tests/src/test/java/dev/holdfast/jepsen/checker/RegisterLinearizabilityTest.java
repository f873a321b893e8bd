package dev.holdfast.jepsen.checker;

import static dev.holdfast.jepsen.history.Operation.Outcome.FAILED;
import static dev.holdfast.jepsen.history.Operation.Outcome.OK;
import static dev.holdfast.jepsen.history.Operation.Outcome.UNKNOWN;
import static dev.holdfast.jepsen.history.Operation.compareAndSet;
import static dev.holdfast.jepsen.history.Operation.read;
import static dev.holdfast.jepsen.history.Operation.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.history.Operation;
import dev.holdfast.jepsen.history.Operation.Argument;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hand-made histories, clean ones and known violations. */
class RegisterLinearizabilityTest {
  private static void accepts(Operation... history) {
    assertThat(new RegisterLinearizability(100_000).check(List.of(history)).kind())
        .isEqualTo(Verdict.Kind.VALID);
  }

  private static void refuses(Operation... history) {
    assertThat(new RegisterLinearizability(100_000).check(List.of(history)).kind())
        .isEqualTo(Verdict.Kind.INVALID);
  }

  @Test
  void acceptsAReadOfTheValueWrittenBefore() {
    accepts(write(0, "x", OK, 1, 0, 10), read(1, "x", OK, 1L, 20, 30));
  }

  @Test
  void refusesAReadThatMissesAnAcknowledgedWrite() {
    refuses(write(0, "x", OK, 1, 0, 10), read(1, "x", OK, null, 20, 30));
  }

  @Test
  void acceptsEitherValueDuringAConcurrentWrite() {
    accepts(write(0, "x", OK, 1, 0, 100), read(1, "x", OK, null, 20, 30));
    accepts(write(0, "x", OK, 1, 0, 100), read(1, "x", OK, 1L, 20, 30));
  }

  @Test
  void refusesAValueThatGoesBackDuringAConcurrentWrite() {
    refuses(
        write(0, "x", OK, 1, 0, 100), read(1, "x", OK, 1L, 20, 30), read(2, "x", OK, null, 40, 50));
  }

  @Test
  void refusesAStaleReadAfterANewerOne() {
    refuses(
        write(0, "x", OK, 1, 0, 10),
        write(0, "x", OK, 2, 20, 30),
        read(1, "x", OK, 2L, 40, 50),
        read(2, "x", OK, 1L, 60, 70));
  }

  @Test
  void letsAnUnknownWriteTakeEffectLateOrNever() {
    Operation lost = write(0, "x", UNKNOWN, 1, 0, 10);
    accepts(lost, read(1, "x", OK, null, 20, 30), read(1, "x", OK, 1L, 40, 50));
    accepts(lost, read(1, "x", OK, null, 20, 30));
  }

  @Test
  void refusesAnUnknownWriteThatTakesEffectTwice() {
    refuses(
        write(0, "x", UNKNOWN, 1, 0, 10),
        read(1, "x", OK, 1L, 20, 30),
        write(1, "x", OK, 2, 40, 50),
        read(1, "x", OK, 1L, 60, 70));
  }

  @Test
  void refusesAFailedWriteThatIsSeen() {
    refuses(write(0, "x", FAILED, 1, 0, 10), read(1, "x", OK, 1L, 20, 30));
  }

  @Test
  void refusesAValueThatNobodyWrote() {
    refuses(write(0, "x", OK, 1, 0, 10), read(1, "x", OK, 7L, 5, 30));
  }

  @Test
  void refusesTwoCompareAndSetsFromTheSameValue() {
    refuses(
        write(0, "x", OK, 1, 0, 10),
        compareAndSet(1, "x", OK, new Argument(1L, 2), 20, 60),
        compareAndSet(2, "x", OK, new Argument(1L, 3), 20, 60));
  }

  @Test
  void acceptsAChainOfCompareAndSets() {
    accepts(
        compareAndSet(1, "x", OK, new Argument(null, 2), 20, 60),
        compareAndSet(2, "x", OK, new Argument(2L, 3), 20, 60),
        read(3, "x", OK, 3L, 70, 80));
  }

  @Test
  void judgesKeysByThemselves() {
    refuses(
        write(0, "x", OK, 1, 0, 10),
        write(0, "y", OK, 2, 20, 30),
        read(1, "x", OK, 1L, 40, 50),
        read(1, "y", OK, 1L, 60, 70));
  }

  @Test
  void refusesARunInWhichNothingSucceeded() {
    assertThat(verdict()).isEqualTo(Verdict.Kind.UNTESTED);
    assertThat(verdict(write(0, "x", UNKNOWN, 1, 0, 10))).isEqualTo(Verdict.Kind.UNTESTED);
  }

  private static Verdict.Kind verdict(Operation... history) {
    return new RegisterLinearizability(1_000).check(List.of(history)).kind();
  }

  @Test
  void saysUnknownWhenTheSearchIsCutShort() {
    List<Operation> history = new ArrayList<>();
    for (int process = 0; process < 12; process++) {
      history.add(write(process, "x", OK, process, 0, 100));
    }
    history.add(read(20, "x", OK, 99L, 200, 300));

    assertThat(new RegisterLinearizability(100).check(history).kind())
        .isEqualTo(Verdict.Kind.UNKNOWN);
  }

  @Test
  void explainsWhatCannotBeOrdered() {
    List<Operation> history = List.of(write(0, "x", OK, 1, 0, 10), read(1, "x", OK, null, 20, 30));

    assertThat(new RegisterLinearizability(100).check(history).explanation())
        .contains("key x")
        .contains("function=READ");
  }
}
