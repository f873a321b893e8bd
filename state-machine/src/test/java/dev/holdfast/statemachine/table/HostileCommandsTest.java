package dev.holdfast.statemachine.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.codec.CommandCodec;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.expression.Update.SetValue;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.Replicas;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/**
 * Commands that no honest client sends: whatever a native client makes up is refused the same way
 * on every replica, and halts none. A fault fails the test.
 */
@NullUnmarked // null is "no condition"
class HostileCommandsTest {
  private static final int ITEM_BYTES_MAX = 400 << 10;

  @Test
  void aPutWithoutItsKeyOrWithAKeyOfAnotherTypeIsRefused() {
    assertRefused(put(item("pk", text("u"))), "does not match the schema");
    assertRefused(put(item("pk", text("u"), "sk", text("1"))), "does not match the schema");
    assertRefused(put(item("pk", text(""), "sk", number(1))), "cannot contain an empty string");
    assertRefused(put(item("pk", text("u".repeat(2049)), "sk", number(1))), "Size of hashkey");
    assertRefused(put(Item.EMPTY), "does not match the schema");
  }

  @Test
  void aKeyWithMoreThanTheKeyIsRefused() {
    Item key = item("pk", text("u"), "sk", number(1), "a", text("x"));
    assertRefused(modify(key, Update.NONE), "key element does not match the schema");
    assertRefused(
        new Command.Delete(TableWorkload.REF, key, null, ReturnValues.NONE, ReturnOnFailure.NONE),
        "key element does not match the schema");
  }

  @Test
  void anUpdateOfTheKeyIsRefusedEvenWhenItChangesNothing() {
    for (int value : List.of(1, 2)) {
      Update update =
          new Update(
              List.of(
                  new Update.Action.Set(
                      Path.of("sk"), new SetValue.Literal(EncodedValue.of(number(value))))));
      assertRefused(modify(key(), update), "Cannot update attribute sk");
    }
    assertRefused(
        modify(key(), new Update(List.of(new Update.Action.Remove(Path.of("pk"))))),
        "Cannot update attribute pk");
  }

  @Test
  void anItemThatIsTooLargeIsRefused() {
    String half = "x".repeat(ITEM_BYTES_MAX / 2);
    assertRefused(
        put(item("pk", text("u"), "sk", number(1), "v", text(half), "w", text(half))),
        "exceeded the maximum allowed size");
  }

  @Test
  void anIndexKeyOfAnotherTypeIsRefused() {
    assertRefused(put(item("pk", text("u"), "sk", number(1), "a", number(1))), "Type mismatch");
    assertRefused(put(item("pk", text("u"), "sk", number(1), "a", text(""))), "empty string");
  }

  @Test
  void appendingALargeListToItselfAgainAndAgainIsRefusedBeforeItFillsTheMemory() {
    List<AttributeValue> elements = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      elements.add(new AttributeValue.Null());
    }
    ReplicatedStateMachine replica = Replicas.inMemoryWithTable();
    assertThat(
            apply(
                replica,
                put(item("pk", text("u"), "sk", number(1), "l", new AttributeValue.L(elements)))))
        .isInstanceOf(Result.Written.class);
    SetValue list = new SetValue.Attribute(Path.of("l"));
    SetValue appended = list;
    for (int i = 0; i < 200; i++) {
      appended = new SetValue.ListAppend(appended, list);
    }
    List<Update.Action> actions = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      actions.add(new Update.Action.Set(Path.of("copy" + i), list));
    }
    assertRefused(
        replica,
        modify(key(), new Update(List.of(new Update.Action.Set(Path.of("l"), appended)))),
        "Item size to update has exceeded");
    assertRefused(replica, modify(key(), new Update(actions)), "Item size to update has exceeded");
    replica.close();
  }

  @Test
  void aConditionAsDeepAsTheWireAllowsIsEvaluated() {
    Condition condition = new Condition.NotExists(Path.of("nothing"));
    for (int i = 0; i < 400; i++) {
      condition = new Condition.Not(condition);
    }
    ReplicatedStateMachine replica = Replicas.inMemoryWithTable();
    Command.Put put =
        new Command.Put(
            TableWorkload.REF, key(), condition, ReturnValues.NONE, ReturnOnFailure.NONE);
    assertThat(apply(replica, put)).isInstanceOf(Result.Written.class);
    replica.close();
  }

  @Test
  void aPageIsNeverLargerThanDynamoDbs() {
    ReplicatedStateMachine replica = Replicas.inMemoryWithTable();
    for (int i = 0; i < 8; i++) {
      String value = "x".repeat(300 << 10);
      apply(replica, put(item("pk", text("u"), "sk", number(i), "v", text(value))));
    }
    Read.Scan all =
        new Read.Scan(
            TableWorkload.REF,
            null,
            KeyEncoding.tableRange(TableWorkload.TABLE.id()),
            new Paging(null, Paging.Order.ASCENDING, Integer.MAX_VALUE, Integer.MAX_VALUE),
            null,
            new Read.Output.Items(Projection.ALL));
    try (StateSnapshot snapshot = replica.snapshot()) {
      ReadResult.Page page = (ReadResult.Page) snapshot.read(all, KnownOutcomes.NONE_CARED_FOR);
      assertThat(page.items()).hasSize(4);
      assertThat(page.lastEvaluated()).isNotNull();
    }
    replica.close();
  }

  /** The seed of a failure goes here as an example. */
  @Property(tries = 60)
  void whateverIsAppliedEveryItemLiesUnderItsKeyAndEveryIndexShowsIt(@ForAll long seed) {
    Random random = new Random(seed);
    TableWorkload honest = new TableWorkload(random);
    ReplicatedStateMachine replica = Replicas.inMemoryWithTable();
    for (int i = 0; i < 60; i++) {
      Command.ItemWrite write = honest.write();
      apply(replica, random.nextInt(3) == 0 ? write : hostile(write, honest, random));
    }
    assertWhole(replica);
    replica.close();
  }

  /** The write with another item, key, update or condition, out of anything that can be encoded. */
  private static Command.ItemWrite hostile(
      Command.ItemWrite write, TableWorkload honest, Random random) {
    SortedMap<String, AttributeValue> attributes = honest.expressions().attributes();
    List<AttributeValue> keys =
        List.of(
            honest.partitionKey(),
            honest.sortKey(),
            honest.expressions().value(2),
            text(""),
            new AttributeValue.B(Bytes.EMPTY));
    if (random.nextInt(5) > 0) {
      attributes.put("pk", random.nextBoolean() ? keys.get(0) : keys.get(random.nextInt(5)));
    }
    if (random.nextInt(5) > 0) {
      attributes.put("sk", random.nextBoolean() ? keys.get(1) : keys.get(random.nextInt(5)));
    }
    Item item = Item.of(attributes);
    Condition condition = random.nextInt(4) == 0 ? honest.expressions().condition(3) : null;
    if (write instanceof Command.Put put) {
      return new Command.Put(
          put.table(), item, condition, ReturnValues.UPDATED_NEW, put.returnOnFailure());
    }
    List<Update.Action> actions = new ArrayList<>(honest.expressions().update().actions());
    actions.addAll(honest.expressions().update().actions()); // paths may overlap now
    if (random.nextInt(4) == 0) {
      actions.add(
          new Update.Action.Set(
              Path.of(random.nextBoolean() ? "pk" : "sk"),
              new SetValue.Literal(EncodedValue.of(keys.get(random.nextInt(5))))));
    }
    Item key = random.nextBoolean() ? Item.of(honest.key()) : item;
    return new Command.Modify(
        write.table(),
        key,
        new Update(actions),
        condition,
        ReturnValues.UPDATED_NEW,
        ReturnOnFailure.ALL_OLD);
  }

  private static void assertWhole(ReplicatedStateMachine replica) {
    try (StateSnapshot snapshot = replica.snapshot()) {
      List<Item> items = scan(snapshot, null);
      for (Item item : items) {
        Item key = item.keyOf(TableWorkload.SCHEMA);
        assertThat(KeyChecks.ofKey(TableWorkload.SCHEMA, key)).isEmpty();
        assertThat(
                snapshot.read(
                    new Read.Get(TableWorkload.REF, key, Projection.ALL),
                    KnownOutcomes.NONE_CARED_FOR))
            .isEqualTo(new ReadResult.Found(item, item.sizeBytes()));
      }
      TableWorkload.TABLE
          .localIndexes()
          .forEach(
              index ->
                  assertThat(scan(snapshot, index.name()))
                      .as(index.name())
                      .containsExactlyInAnyOrderElementsOf(
                          items.stream().filter(i -> i.has(index.sortKey().name())).toList()));
      assertTotals(snapshot);
    }
  }

  /** What the writes have counted is what is there. */
  private static void assertTotals(StateSnapshot snapshot) {
    List<String> places = new ArrayList<>();
    places.add(null);
    TableWorkload.TABLE.localIndexes().forEach(index -> places.add(index.name()));
    for (String place : places) {
      ReadResult.Page totals = scan(snapshot, place, new Read.Output.Totals());
      ReadResult.Page walked = scan(snapshot, place, new Read.Output.Projected());
      assertThat(totals.count()).as("items of %s", place).isEqualTo(walked.count());
      assertThat(totals.scannedBytes()).as("bytes of %s", place).isEqualTo(walked.scannedBytes());
    }
  }

  private static List<Item> scan(StateSnapshot snapshot, String index) {
    return scan(snapshot, index, new Read.Output.Items(Projection.ALL)).items();
  }

  private static ReadResult.Page scan(StateSnapshot snapshot, String index, Read.Output output) {
    return (ReadResult.Page)
        snapshot.read(
            new Read.Scan(
                TableWorkload.REF,
                index,
                KeyEncoding.tableRange(TableWorkload.TABLE.id()),
                new Paging(null, Paging.Order.ASCENDING, 1000, Paging.PAGE_BYTES_MAX),
                null,
                output),
            KnownOutcomes.NONE_CARED_FOR);
  }

  private static void assertRefused(Command command, String words) {
    ReplicatedStateMachine replica = Replicas.inMemoryWithTable();
    assertRefused(replica, command, words);
    assertWhole(replica);
    replica.close();
  }

  private static void assertRefused(ReplicatedStateMachine replica, Command command, String words) {
    Result result = apply(replica, command);
    assertThat(result).isInstanceOf(Result.Rejected.class);
    assertThat(((Result.Rejected) result).rejection())
        .isInstanceOfSatisfying(
            Rejection.InvalidUpdate.class,
            rejection -> assertThat(rejection.message()).contains(words));
  }

  /** Through the bytes of the log, as on a real replica. */
  private static Result apply(ReplicatedStateMachine replica, Command command) {
    long index = replica.applied().index() + 1;
    Proposal proposal = new Proposal(new RequestId(1, index), 0, false, command);
    LogEntry entry =
        CommandCodec.decode(CommandCodec.encode(new LogEntry(index, List.of(proposal))));
    return replica.apply(new ApplyContext(1, index), entry).get(0);
  }

  private static Command.Put put(Item item) {
    return new Command.Put(TableWorkload.REF, item, null, ReturnValues.NONE, ReturnOnFailure.NONE);
  }

  private static Command.Modify modify(Item key, Update update) {
    return new Command.Modify(
        TableWorkload.REF, key, update, null, ReturnValues.NONE, ReturnOnFailure.NONE);
  }

  private static Item key() {
    return item("pk", text("u"), "sk", number(1));
  }

  private static Item item(Object... namesAndValues) {
    SortedMap<String, AttributeValue> attributes = new TreeMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      attributes.put((String) namesAndValues[i], (AttributeValue) namesAndValues[i + 1]);
    }
    return Item.of(attributes);
  }

  private static AttributeValue text(String text) {
    return new AttributeValue.S(text);
  }

  private static AttributeValue number(int number) {
    return new AttributeValue.N(BigDecimal.valueOf(number));
  }
}
