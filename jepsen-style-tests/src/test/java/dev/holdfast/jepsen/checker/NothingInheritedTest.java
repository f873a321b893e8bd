package dev.holdfast.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.checker.Verdict.Kind;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.TableOperation;
import dev.holdfast.jepsen.history.TableOperation.Function;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every operation takes 9 ns; the table is there from 10 on. */
class NothingInheritedTest {
  private static TableOperation operation(
      Function function, Outcome outcome, long key, long call, Long... items) {
    return new TableOperation(0, function, key, Arrays.asList(items), outcome, call, call + 9);
  }

  private static TableOperation create(long call) {
    return operation(Function.CREATE, Outcome.OK, 0, call);
  }

  private static TableOperation delete(Outcome outcome, long call) {
    return operation(Function.DELETE, outcome, 0, call);
  }

  private static TableOperation delete(long call) {
    return delete(Outcome.OK, call);
  }

  private static TableOperation put(Outcome outcome, long key, long call) {
    return operation(Function.PUT, outcome, key, call, key);
  }

  private static TableOperation put(long key, long call) {
    return put(Outcome.OK, key, call);
  }

  private static TableOperation get(long key, long call, Long... found) {
    return operation(Function.GET, Outcome.OK, key, call, found);
  }

  private static TableOperation scan(long call, Long... found) {
    return operation(Function.SCAN, Outcome.OK, 0, call, found);
  }

  /** With one of each kind after all others, which say nothing of them. */
  private static Verdict verdict(TableOperation... history) {
    List<TableOperation> all = new ArrayList<>(List.of(history));
    all.addAll(
        List.of(create(0), delete(9_000), put(999, 9_020), get(998, 9_040), scan(9_060, 999L)));
    return new NothingInherited().check(all);
  }

  private static void accepts(TableOperation... history) {
    assertThat(verdict(history)).isEqualTo(Verdict.valid());
  }

  private static void refuses(String why, TableOperation... history) {
    assertThat(verdict(history).kind()).isEqualTo(Kind.INVALID);
    assertThat(verdict(history).explanation()).contains(why);
  }

  @Test
  void whatWasDeletedDoesNotComeBack() {
    accepts(put(1, 20), delete(100), create(120), scan(140), get(1, 160));
    refuses("has deleted", put(1, 20), delete(100), create(120), scan(140, 1L));
    refuses("has deleted", put(1, 20), delete(100), create(120), get(1, 140, 1L));
  }

  @Test
  void whatOverlapsADeletionMayBeInTheNewTable() {
    accepts(put(1, 95), delete(100), create(120), scan(140, 1L));
    accepts(put(1, 95), delete(100), create(120), scan(140));
    accepts(put(Outcome.UNKNOWN, 1, 20), delete(100), create(120), scan(140, 1L));
  }

  @Test
  void whatWasPutIsFoundWhileTheTableLives() {
    accepts(put(1, 20), get(1, 40, 1L), scan(60, 1L));
    refuses("did not find", put(1, 20), get(1, 40));
    refuses("did not find", put(1, 20), put(2, 40), scan(60, 2L));
    refuses("did not find", delete(100), create(120), put(1, 140), scan(160));
  }

  @Test
  void aDeletionInDoubtLastsUntilTheTableIsCreatedAgain() {
    accepts(put(1, 20), delete(Outcome.UNKNOWN, 100), scan(120), scan(140, 1L));
    accepts(put(1, 20), delete(Outcome.UNKNOWN, 100), put(2, 120), scan(140));
    refuses("did not find", delete(Outcome.UNKNOWN, 100), create(120), put(2, 140), scan(160));
  }

  @Test
  void aDeletionThatFailedDeletesNothing() {
    accepts(put(1, 20), delete(Outcome.FAILED, 100), scan(120, 1L));
    refuses("did not find", put(1, 20), delete(Outcome.FAILED, 100), scan(120));
  }

  @Test
  void nothingIsFoundThatNobodyPut() {
    refuses("nobody has put", scan(40, 7L));
    refuses("nobody has put", put(Outcome.FAILED, 1, 20), get(1, 40, 1L));
    refuses("nobody has put", put(1, 80), get(1, 40, 1L));
  }

  @Test
  void aHistoryThatLacksAKindTestsNothing() {
    assertThat(new NothingInherited().check(List.of(create(0), put(1, 20))).kind())
        .isEqualTo(Kind.UNTESTED);
  }
}
