package dev.holdfast.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.history.IndexOperation;
import dev.holdfast.jepsen.history.IndexOperation.Function;
import dev.holdfast.jepsen.history.IndexOperation.Row;
import dev.holdfast.jepsen.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an index may not show, by hand. */
class IndexProjectionTest {
  private static final String TABLE = IndexOperation.TABLE;
  private static final String INDEX = "byGroup";
  private static final Row ONE = new Row("a", 1, "g1");
  private static final Row MOVED = new Row("a", 2, "g2");
  private static final Row OTHER = new Row("b", 3, "g1");
  private static final Row UNSEEN = new Row("c", 4, null);

  private final List<IndexOperation> history =
      new ArrayList<>(
          List.of(
              put(ONE, Outcome.OK, 10),
              put(MOVED, Outcome.OK, 20),
              put(OTHER, Outcome.OK, 30),
              put(UNSEEN, Outcome.OK, 40)));

  /** From this time on for five nanoseconds. */
  private static IndexOperation put(Row row, Outcome outcome, long call) {
    return new IndexOperation(1, Function.PUT, row.key(), List.of(row), 0, outcome, call, call + 5);
  }

  private static IndexOperation delete(String key, long call) {
    return new IndexOperation(1, Function.DELETE, key, List.of(), 0, Outcome.OK, call, call + 5);
  }

  private static IndexOperation scan(String of, long call, Row... rows) {
    return new IndexOperation(2, Function.SCAN, of, List.of(rows), 0, Outcome.OK, call, call + 5);
  }

  private static IndexOperation last(String of, long count, Row... rows) {
    return new IndexOperation(
        3, Function.FINAL, of, List.of(rows), count, Outcome.OK, 1_000, 1_001);
  }

  private Verdict judged(IndexOperation... readings) {
    List<IndexOperation> all = new ArrayList<>(history);
    all.addAll(List.of(readings));
    return new IndexProjection().check(all);
  }

  private static void assertInvalid(Verdict verdict, String words) {
    assertThat(verdict.kind()).as(verdict.explanation()).isEqualTo(Verdict.Kind.INVALID);
    assertThat(verdict.explanation()).contains(words);
  }

  /** Reads at the end what is right, after this. */
  private Verdict judgedWith(IndexOperation reading) {
    return judged(reading, last(TABLE, 3, MOVED, OTHER, UNSEEN), last(INDEX, 2, OTHER, MOVED));
  }

  @Test
  void aProjectionIsValid() {
    assertThat(judgedWith(scan(INDEX, 100, OTHER, MOVED))).isEqualTo(Verdict.valid());
  }

  @Test
  void anEntryIsLost() {
    assertInvalid(
        judged(last(TABLE, 3, MOVED, OTHER, UNSEEN), last(INDEX, 1, MOVED)), "lacks " + OTHER);
  }

  @Test
  void anEntryThatShouldBeGoneIsThere() {
    assertInvalid(
        judged(last(TABLE, 3, MOVED, OTHER, UNSEEN), last(INDEX, 3, ONE, OTHER, MOVED)),
        "has what the table has not: " + ONE);
  }

  @Test
  void anEntryIsThereTwice() {
    assertInvalid(
        judged(last(TABLE, 3, MOVED, OTHER, UNSEEN), last(INDEX, 3, OTHER, OTHER, MOVED)),
        "has twice");
  }

  @Test
  void anItemWithoutAGroupIsInTheIndex() {
    assertInvalid(
        judged(last(TABLE, 3, MOVED, OTHER, UNSEEN), last(INDEX, 3, OTHER, MOVED, UNSEEN)),
        "has what the table has not: " + UNSEEN);
  }

  @Test
  void aCountIsWrong() {
    assertInvalid(
        judged(last(TABLE, 3, MOVED, OTHER, UNSEEN), last(INDEX, 3, OTHER, MOVED)),
        "is said to have 3");
  }

  @Test
  void theTableHasLostAWrite() {
    assertInvalid(judged(last(TABLE, 2, ONE, OTHER), last(INDEX, 2, OTHER, ONE)), "shows " + ONE);
  }

  @Test
  void anIndexLacksWhatWasThereBeforeItWasAdded() {
    assertInvalid(judgedWith(scan(INDEX, 100, MOVED)), "does not show b");
  }

  @Test
  void aReadingShowsWhatWasReplacedBeforeIt() {
    assertInvalid(judgedWith(scan(INDEX, 100, ONE, OTHER)), "shows " + ONE);
  }

  @Test
  void aReadingShowsWhatWasDeletedBeforeIt() {
    history.add(delete("d", 50));

    assertInvalid(judgedWith(scan(INDEX, 100, OTHER, MOVED, new Row("d", 9, "g1"))), "shows");
  }

  @Test
  void anEntryMayMoveWhileAWalkGoesOn() {
    assertThat(judgedWith(scan(INDEX, 22))).isEqualTo(Verdict.valid());
    assertThat(judgedWith(scan(INDEX, 22, ONE, MOVED))).isEqualTo(Verdict.valid());
  }

  @Test
  void whatIsUnknownMayHaveHappenedOrNot() {
    history.set(1, put(MOVED, Outcome.UNKNOWN, 20));

    assertThat(judgedWith(scan(TABLE, 100, ONE, OTHER, UNSEEN))).isEqualTo(Verdict.valid());
    assertThat(judgedWith(scan(TABLE, 100, MOVED, OTHER, UNSEEN))).isEqualTo(Verdict.valid());
  }

  @Test
  void aRunWhoseEndWasNotReadTestsNothing() {
    assertThat(judged(last(TABLE, 3, MOVED, OTHER, UNSEEN)).kind())
        .isEqualTo(Verdict.Kind.UNTESTED);
  }
}
