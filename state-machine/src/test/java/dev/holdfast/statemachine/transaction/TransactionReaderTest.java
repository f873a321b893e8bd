package dev.holdfast.statemachine.transaction;

import static dev.holdfast.statemachine.transaction.OnePartition.item;
import static dev.holdfast.statemachine.transaction.OnePartition.key;
import static dev.holdfast.statemachine.transaction.OnePartition.routingKey;
import static dev.holdfast.statemachine.transaction.OnePartition.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.OpenAttempt;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionCommand.Commit;
import dev.holdfast.protocol.command.TransactionCommand.Confirm;
import dev.holdfast.protocol.command.TransactionCommand.Decide;
import dev.holdfast.protocol.command.TransactionCommand.Prepare;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.table.TableWorkload;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** R8, R2: reads past intents. The items: "a" will change, "b" will go, "c" will come. */
@NullUnmarked // null is "no condition"
class TransactionReaderTest {
  private static final long NOW = 1_000_000_000;
  private static final long DEADLINE = NOW + 5_000_000;
  private static final Attempt ATTEMPT =
      new Attempt(new AttemptId(0, 1), routingKey("home"), DEADLINE, null);
  private static final KnownOutcomes COMMITTED = attempt -> Outcome.COMMITTED;
  private static final KnownOutcomes UNDECIDED = attempt -> Outcome.UNDECIDED;
  private static final KnownOutcomes UNKNOWN = attempt -> null;

  private final OnePartition partition = new OnePartition();

  @BeforeEach
  void prepare() {
    partition.apply(NOW, OnePartition.put("a", "old"));
    partition.apply(NOW, OnePartition.put("b", "old"));
    partition.apply(NOW, OnePartition.put("d", "old"));
    Command.Delete delete =
        new Command.Delete(
            TableWorkload.REF, key("b"), null, ReturnValues.NONE, ReturnOnFailure.NONE);
    partition.apply(
        NOW,
        new Prepare(
            ATTEMPT,
            List.of(
                write(OnePartition.put("a", "new")),
                write(delete),
                write(OnePartition.put("c", "new")),
                OnePartition.check("d", new Condition.Exists(Path.of("pk"))))));
  }

  @Test
  void aCommittedAttemptIsSeenBeforeItIsCarriedOut() {
    assertThat(get("a", COMMITTED)).isEqualTo(item("a", "new"));
    assertThat(get("b", COMMITTED)).isNull();
    assertThat(get("c", COMMITTED)).isEqualTo(item("c", "new"));
    assertThat(get("d", COMMITTED)).isEqualTo(item("d", "old"));
  }

  @Test
  void anUndecidedAttemptIsNotSeen() {
    for (KnownOutcomes outcomes : List.of(UNDECIDED, KnownOutcomes.NONE_CARED_FOR)) {
      assertThat(get("a", outcomes)).isEqualTo(item("a", "old"));
      assertThat(get("b", outcomes)).isEqualTo(item("b", "old"));
      assertThat(get("c", outcomes)).isNull();
    }
  }

  @Test
  void whatHasToBeAskedForIsWhatWouldChangeTheAnswer() {
    assertThat(partition.unknown(read("a"), UNKNOWN)).containsExactly(ATTEMPT);
    assertThat(partition.unknown(read("c"), UNKNOWN)).containsExactly(ATTEMPT);
    assertThat(partition.unknown(scan(null), UNKNOWN)).containsExactly(ATTEMPT);
    assertThat(partition.unknown(read("d"), UNKNOWN)).isEmpty(); // only checked
    assertThat(partition.unknown(read("e"), UNKNOWN)).isEmpty();
    assertThat(partition.unknown(read("a"), UNDECIDED)).isEmpty();
  }

  /** A strong read that forgot to ask must not answer with the past. */
  @Test
  void aReadWithoutTheOutcomesItNeedsIsABug() {
    assertThatThrownBy(() -> partition.read(read("a"), UNKNOWN))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void pagesShowAllOrNothingOfAnAttempt() {
    assertThat(page(scan(null), UNDECIDED))
        .containsExactlyInAnyOrder(item("a", "old"), item("b", "old"), item("d", "old"));
    assertThat(page(scan(null), COMMITTED))
        .containsExactlyInAnyOrder(item("a", "new"), item("c", "new"), item("d", "old"));
    assertThat(page(query("c", null), COMMITTED)).containsExactly(item("c", "new"));
    assertThat(page(query("b", null), COMMITTED)).isEmpty();
  }

  /** However many intents there are, a page asks after those that it may reach, and few more. */
  @Test
  void aPageLooksNoFurtherThanItReaches() {
    for (int i = 0; i < 500; i++) {
      Attempt attempt = new Attempt(new AttemptId(1, i), routingKey("home"), DEADLINE, null);
      partition.apply(NOW, new Prepare(attempt, List.of(write(OnePartition.put("x" + i, "1")))));
      partition.apply(NOW, OnePartition.put("y" + i, "1"));
    }
    for (Paging.Order order : Paging.Order.values()) {
      Paging few = new Paging(null, order, 3, Paging.PAGE_BYTES_MAX);
      assertThat(partition.unknown(scan(few, new Read.Output.Count()), UNKNOWN))
          .hasSizeLessThan(150);
    }
    assertThat(partition.unknown(scan(paging(), new Read.Output.Totals()), UNKNOWN)).isEmpty();
  }

  private static Read scan(Paging paging, Read.Output output) {
    return new Read.Scan(TableWorkload.REF, null, KeyRange.ALL, paging, null, output);
  }

  /** R8: the rows of local indexes, too. */
  @Test
  void indexesShowWhatIsCommitted() {
    Attempt other = new Attempt(new AttemptId(0, 2), routingKey("home"), DEADLINE, null);
    partition.apply(NOW, put(indexed("i", "x")));
    partition.apply(NOW, new Prepare(other, List.of(write(put(indexed("i", "y"))))));

    assertThat(sortKeys(query("i", "byA"), UNDECIDED)).containsExactly("x");
    assertThat(sortKeys(query("i", "byA"), COMMITTED)).containsExactly("y");
    assertThat(sortKeys(scan("byA"), COMMITTED)).containsExactly("y");
  }

  /** R2. */
  @Test
  void theHomeSaysThatAnAttemptIsAbortedOnlyOnceThatIsFinal() {
    Read ask = new Read.AskOutcome(ATTEMPT);
    assertThat(partition.read(ask, UNKNOWN)).isEqualTo(new ReadResult.Settled(Outcome.UNDECIDED));

    partition.apply(DEADLINE, OnePartition.put("d2", "any"));

    assertThat(partition.read(ask, UNKNOWN)).isEqualTo(new ReadResult.Settled(Outcome.ABORTED));
  }

  @Test
  void theHomeKnowsWhatItCommitted() {
    partition.apply(
        NOW,
        new Decide(
            ATTEMPT, List.of(write(OnePartition.put("home", "1"))), List.of(routingKey("a"))));
    partition.apply(DEADLINE, OnePartition.put("d2", "any"));

    assertThat(partition.read(new Read.AskOutcome(ATTEMPT), UNKNOWN))
        .isEqualTo(new ReadResult.Settled(Outcome.COMMITTED));
  }

  /** R9. */
  @Test
  void whoReadsSeveralItemsSeesWhatIsAboutToChangeThem() {
    ReadResult.Observed changed = observe("a");
    assertThat(changed.now()).isEqualTo(found("a", "old"));
    assertThat(changed.writer()).isEqualTo(ATTEMPT);
    assertThat(changed.afterwards()).isEqualTo(found("a", "new"));

    assertThat(observe("b").afterwards()).isEqualTo(new ReadResult.Found(null, 0));
    assertThat(observe("c").now()).isEqualTo(new ReadResult.Found(null, 0));
    assertThat(observe("c").afterwards()).isEqualTo(found("c", "new"));
  }

  /** A check changes nothing. */
  @Test
  void whoReadsSeveralItemsNeedNotKnowWhoChecksThem() {
    ReadResult.Observed checked = observe("d");

    assertThat(checked.now()).isEqualTo(found("d", "old"));
    assertThat(checked.writer()).isNull();
    assertThat(checked.afterwards()).isNull();
    assertThat(partition.unknown(observation("a"), UNKNOWN)).isEmpty();
  }

  /** R9: versions of items that are there, that come, and that go. */
  @Test
  void aVersionChangesWithItsItem() {
    for (String name : List.of("a", "b", "c")) {
      ReadResult.Observed before = observe(name);
      partition.apply(NOW, new Commit(ATTEMPT, List.of(routingKey(name))));

      assertThat(observe(name).version()).isNotEqualTo(before.version());
      assertThat(observe(name).now()).isEqualTo(before.afterwards());
    }
    long before = observe("d").version();
    partition.apply(NOW, new Commit(ATTEMPT, List.of(routingKey("d"))));
    assertThat(observe("d").version()).isEqualTo(before);
  }

  @Test
  void anObservationIsRefusedLikeAGet() {
    Read.Get unknownTable =
        new Read.Get(new TableRef(new TableId(99), 1), key("a"), Projection.ALL);

    assertThat(partition.read(new Read.Observe(unknownTable), UNKNOWN))
        .isEqualTo(partition.read(unknownTable, UNKNOWN));
  }

  /** R14: a participant's with intents, a home's with keys to be confirmed. */
  @Test
  void attemptsWithSomethingLeftToDoAreListedByDeadline() {
    Attempt later = new Attempt(new AttemptId(0, 2), routingKey("home"), DEADLINE + 1, null);
    List<Bytes> elsewhere = List.of(routingKey("x"));
    partition.apply(
        NOW, new Decide(later, List.of(write(OnePartition.put("home", "1"))), elsewhere));
    List<Bytes> here = List.of(routingKey("a"), routingKey("b"), routingKey("c"), routingKey("d"));

    assertThat(open(DEADLINE - 1, 9)).isEmpty();
    assertThat(open(DEADLINE, 9)).extracting(OpenAttempt::attempt).containsExactly(ATTEMPT);
    assertThat(open(Long.MAX_VALUE, 1)).extracting(OpenAttempt::attempt).containsExactly(ATTEMPT);
    assertThat(open(DEADLINE + 1, 9))
        .satisfiesExactly(
            first -> {
              assertThat(first.outcome()).isEqualTo(Outcome.UNDECIDED);
              assertThat(first.intents()).containsExactlyInAnyOrderElementsOf(here);
            },
            second ->
                assertThat(second)
                    .isEqualTo(new OpenAttempt(later, Outcome.COMMITTED, List.of(), elsewhere)));

    partition.apply(NOW, new Commit(ATTEMPT, here));
    partition.apply(NOW, new Confirm(later, elsewhere));
    assertThat(open(DEADLINE + 1, 9)).isEmpty();
  }

  private List<OpenAttempt> open(long deadlineMicrosMax, int limit) {
    ReadResult result = partition.read(new Read.OpenAttempts(deadlineMicrosMax, limit), UNKNOWN);
    return ((ReadResult.Attempts) result).attempts();
  }

  private ReadResult.Observed observe(String name) {
    return (ReadResult.Observed) partition.read(observation(name), UNKNOWN);
  }

  private static Read observation(String name) {
    return new Read.Observe(new Read.Get(TableWorkload.REF, key(name), Projection.ALL));
  }

  private static ReadResult.Found found(String name, String value) {
    Item item = item(name, value);
    return new ReadResult.Found(item, item.sizeBytes());
  }

  private @Nullable Item get(String name, KnownOutcomes outcomes) {
    return ((ReadResult.Found) partition.read(read(name), outcomes)).item();
  }

  private List<Item> page(Read read, KnownOutcomes outcomes) {
    return ((ReadResult.Page) partition.read(read, outcomes)).items();
  }

  private List<String> sortKeys(Read read, KnownOutcomes outcomes) {
    return page(read, outcomes).stream()
        .map(found -> ((AttributeValue.S) found.toMap().get("a")).value())
        .toList();
  }

  private static Read read(String name) {
    return new Read.Get(TableWorkload.REF, key(name), Projection.ALL);
  }

  private static Read scan(@Nullable String index) {
    return new Read.Scan(
        TableWorkload.REF, index, KeyRange.ALL, paging(), null, new Read.Output.Projected());
  }

  private static Read query(String name, @Nullable String index) {
    return new Read.Query(
        TableWorkload.REF,
        index,
        EncodedValue.of(new AttributeValue.S(name)),
        new SortCondition.Any(),
        paging(),
        null,
        new Read.Output.Projected());
  }

  private static Paging paging() {
    return new Paging(null, Paging.Order.ASCENDING, 100, Paging.PAGE_BYTES_MAX);
  }

  private static Command.Put put(Item item) {
    return new Command.Put(TableWorkload.REF, item, null, ReturnValues.NONE, ReturnOnFailure.NONE);
  }

  private static Item indexed(String name, String a) {
    SortedMap<String, AttributeValue> attributes = new java.util.TreeMap<>(key(name).toMap());
    attributes.put("a", new AttributeValue.S(a));
    return Item.of(attributes);
  }
}
