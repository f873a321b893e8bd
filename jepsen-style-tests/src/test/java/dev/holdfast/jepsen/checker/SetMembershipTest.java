package dev.holdfast.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.checker.Verdict.Kind;
import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.SetOperation;
import dev.holdfast.jepsen.history.SetOperation.Function;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SetMembershipTest {
  private static SetOperation add(Outcome outcome, String where, long element, long call) {
    return new SetOperation(0, Function.ADD, where, List.of(element), outcome, call, call + 9);
  }

  private static SetOperation add(String where, long element, long call) {
    return add(Outcome.OK, where, element, call);
  }

  private static SetOperation scan(String table, long call, Long... found) {
    return new SetOperation(
        1, Function.SCAN, table, Arrays.asList(found), Outcome.OK, call, call + 9);
  }

  private static SetOperation query(String where, long call, Long... found) {
    return new SetOperation(
        1, Function.QUERY, where, Arrays.asList(found), Outcome.OK, call, call + 9);
  }

  /** With one reading of each kind that is right beyond doubt. */
  private static Verdict verdict(SetOperation... history) {
    List<SetOperation> all = new ArrayList<>(List.of(history));
    all.add(scan("calm", 0));
    all.add(query("calm/0", 0));
    return new SetMembership().check(all);
  }

  private static void accepts(SetOperation... history) {
    assertThat(verdict(history)).isEqualTo(Verdict.valid());
  }

  private static void refuses(String why, SetOperation... history) {
    assertThat(verdict(history).kind()).isEqualTo(Kind.INVALID);
    assertThat(verdict(history).explanation()).contains(why);
  }

  @Test
  void whatWasAddedBeforeIsFound() {
    accepts(add("t/a", 1, 0), add("t/b", 2, 0), scan("t", 20, 2L, 1L), query("t/a", 20, 1L));
    refuses("did not find", add("t/a", 1, 0), add("t/b", 2, 0), scan("t", 20, 2L));
    refuses("did not find", add("t/a", 1, 0), query("t/a", 20));
  }

  @Test
  void whatIsAddedMeanwhileMayBeFound() {
    accepts(add("t/a", 1, 15), scan("t", 20));
    accepts(add("t/a", 1, 15), scan("t", 20, 1L));
  }

  @Test
  void nothingIsFoundTwice() {
    refuses("twice", add("t/a", 1, 0), scan("t", 20, 1L, 1L));
    refuses("twice", add("t/a", 1, 0), add("t/a", 2, 0), query("t/a", 20, 1L, 2L, 1L));
  }

  @Test
  void nothingIsFoundThatIsNotThere() {
    refuses("nobody added", add("t/a", 1, 0), scan("t", 20, 1L, 7L));
    refuses("was not added", add("t/a", 1, 40), scan("t", 20, 1L));
    refuses("was not added", add("t/b", 2, 0), add(Outcome.FAILED, "t/a", 1, 0), scan("t", 20, 1L));
  }

  @Test
  void whatIsInDoubtMayBeThereOrNot() {
    SetOperation doubt = add(Outcome.UNKNOWN, "t/a", 1, 0);
    accepts(add("u/a", 2, 0), doubt, scan("t", 20));
    accepts(add("u/a", 2, 0), doubt, scan("t", 20, 1L));
  }

  @Test
  void tablesAndCollectionsDoNotMix() {
    refuses("nobody added", add("t/a", 1, 0), scan("u", 20, 1L));
    refuses("nobody added", add("t/a", 1, 0), query("t/b", 20, 1L));
    accepts(add("t/a", 1, 0), scan("u", 20), query("t/b", 20));
  }

  @Test
  void aQueryFindsItsCollectionInOrder() {
    accepts(add("t/a", 1, 0), add("t/a", 2, 0), query("t/a", 20, 1L, 2L));
    refuses("after", add("t/a", 1, 0), add("t/a", 2, 0), query("t/a", 20, 2L, 1L));
  }
}
