package dev.holdfast.jepsen.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.history.Operation.Outcome;
import dev.holdfast.jepsen.history.StreamOperation;
import dev.holdfast.jepsen.history.StreamOperation.ChangeTold;
import dev.holdfast.jepsen.history.StreamOperation.Function;
import dev.holdfast.jepsen.history.StreamOperation.Shard;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a stream may not tell, by hand: key {@code a} is put as 1, then 2, deleted, put as 3. */
class StreamOrderTest {
  private static final List<Shard> SHARDS =
      List.of(new Shard("root", null), new Shard("left", "root"), new Shard("right", "root"));

  private static final List<ChangeTold> RECORDS =
      List.of(
          told("root", 1, "INSERT", null, 1L),
          told("root", 2, "MODIFY", 1L, 2L),
          told("left", 3, "REMOVE", 2L, null),
          told("left", 4, "INSERT", null, 3L));

  private final List<StreamOperation> history =
      new ArrayList<>(
          List.of(
              change(Function.PUT, 1, Outcome.OK, 10),
              change(Function.PUT, 2, Outcome.OK, 20),
              change(Function.TOUCH, 2, Outcome.OK, 25),
              change(Function.DELETE, 2, Outcome.OK, 30),
              change(Function.PUT, 3, Outcome.OK, 40),
              read(3L)));

  private static ChangeTold told(
      String shard, int sequence, String kind, @Nullable Long before, @Nullable Long after) {
    return new ChangeTold(shard, Integer.toString(sequence), kind, "a", before, after);
  }

  /** From this time on for five nanoseconds. */
  private static StreamOperation change(Function function, long value, Outcome outcome, long call) {
    return StreamOperation.ofItem(1, function, "a", value, outcome, call, call + 5);
  }

  private static StreamOperation read(@Nullable Long value) {
    return StreamOperation.ofItem(9, Function.READ, "a", value, Outcome.OK, 900, 901);
  }

  private Verdict judged(List<Shard> shards, List<ChangeTold> records) {
    List<StreamOperation> all = new ArrayList<>(history);
    all.add(
        new StreamOperation(
            9, Function.STREAM, "", null, shards, records, Outcome.OK, 1_000, 1_001));
    return new StreamOrder().check(all);
  }

  private void assertInvalid(List<ChangeTold> records, String words) {
    assertInvalid(SHARDS, records, words);
  }

  private void assertInvalid(List<Shard> shards, List<ChangeTold> records, String words) {
    Verdict verdict = judged(shards, records);

    assertThat(verdict.kind()).as(verdict.explanation()).isEqualTo(Verdict.Kind.INVALID);
    assertThat(verdict.explanation()).contains(words);
  }

  private static List<ChangeTold> with(int place, ChangeTold other) {
    List<ChangeTold> records = new ArrayList<>(RECORDS);
    records.set(place, other);
    return records;
  }

  private static List<ChangeTold> without(int place) {
    List<ChangeTold> records = new ArrayList<>(RECORDS);
    records.remove(place);
    return records;
  }

  @Test
  void aStreamThatTellsAllOnceIsValid() {
    assertThat(judged(SHARDS, RECORDS)).isEqualTo(Verdict.valid());
  }

  @Test
  void aRecordInTheMiddleIsMissed() {
    assertInvalid(without(1), "the record before it leaves 1");
  }

  @Test
  void theLastRecordIsMissed() {
    assertInvalid(without(3), "the stream ends with null");
  }

  /** Two writes that leave the item as it was: neither chain nor end shows that they are gone. */
  @Test
  void writesThatLeaveNoGapAreMissed() {
    history.clear();
    history.add(change(Function.PUT, 1, Outcome.OK, 10));
    history.add(change(Function.DELETE, 1, Outcome.OK, 20));
    history.add(change(Function.PUT, 3, Outcome.OK, 30));
    history.add(read(3L));

    assertInvalid(List.of(told("root", 3, "INSERT", null, 3L)), "acknowledged and not told");
  }

  @Test
  void aDeleteThatIsNotToldIsMissed() {
    history.set(5, read(null));
    history.add(change(Function.DELETE, 3, Outcome.OK, 50));

    assertInvalid(RECORDS, "the stream ends with 3");
  }

  @Test
  void aRecordIsDoubled() {
    List<ChangeTold> records = new ArrayList<>(RECORDS);
    records.add(4, told("left", 5, "INSERT", null, 3L));

    assertInvalid(records, "the record before it leaves 3");
  }

  /** The chain is sound all the same. */
  @Test
  void aValueComesTwice() {
    List<ChangeTold> records = new ArrayList<>(RECORDS);
    records.add(told("left", 5, "REMOVE", 3L, null));
    records.add(told("left", 6, "INSERT", null, 3L));
    history.add(change(Function.DELETE, 3, Outcome.UNKNOWN, 50));

    assertInvalid(records, "told twice");
  }

  @Test
  void ordersAreSwapped() {
    history.clear();
    history.add(change(Function.PUT, 1, Outcome.OK, 10));
    history.add(change(Function.PUT, 2, Outcome.OK, 20));
    history.add(read(1L));

    assertInvalid(
        List.of(told("root", 1, "INSERT", null, 2L), told("root", 2, "MODIFY", 2L, 1L)),
        "called only when it had ended");
  }

  @Test
  void numbersDoNotGrow() {
    assertInvalid(with(1, told("root", 1, "MODIFY", 1L, 2L)), "after number 1 of its shard");
  }

  /** As numbers, not as texts. */
  @Test
  void numbersGrowFromNineToTen() {
    List<ChangeTold> records =
        List.of(
            told("root", 8, "INSERT", null, 1L),
            told("root", 9, "MODIFY", 1L, 2L),
            told("root", 10, "REMOVE", 2L, null),
            told("left", 4, "INSERT", null, 3L));

    assertThat(judged(SHARDS, records)).isEqualTo(Verdict.valid());
  }

  @Test
  void aShardIsSkipped() {
    assertInvalid(
        List.of(SHARDS.get(1), SHARDS.get(2)), RECORDS.subList(2, 4), "is not in the stream: root");
  }

  @Test
  void aChildIsReadBeforeItsParent() {
    assertInvalid(
        List.of(SHARDS.get(1), SHARDS.get(0), SHARDS.get(2)), RECORDS, "before its parent root");
  }

  @Test
  void aKindIsWrong() {
    assertInvalid(with(1, told("root", 2, "INSERT", 1L, 2L)), "of the wrong kind");
  }

  @Test
  void aWriteThatChangedNothingIsTold() {
    List<ChangeTold> records = new ArrayList<>(RECORDS);
    records.add(told("left", 5, "MODIFY", 3L, 3L));

    assertInvalid(records, "tells of no change");
  }

  @Test
  void aWriteThatFailedIsTold() {
    history.set(1, change(Function.PUT, 2, Outcome.FAILED, 20));

    assertInvalid(RECORDS, "nobody did that");
  }

  @Test
  void aWriteThatNobodyMadeIsTold() {
    history.remove(1);

    assertInvalid(RECORDS, "nobody did that");
  }

  @Test
  void whatIsUnknownMayBeToldOrNot() {
    history.set(1, change(Function.PUT, 2, Outcome.UNKNOWN, 20));
    history.add(change(Function.PUT, 7, Outcome.UNKNOWN, 50));
    history.add(change(Function.DELETE, 3, Outcome.UNKNOWN, 60));

    assertThat(judged(SHARDS, RECORDS)).isEqualTo(Verdict.valid());
  }

  @Test
  void aStreamThatTellsNothingTestsNothing() {
    assertThat(judged(SHARDS, List.of()).kind()).isEqualTo(Verdict.Kind.UNTESTED);
  }
}
