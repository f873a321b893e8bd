package dev.holdfast.statemachine.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Command.EntryUpdate;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.IndexEntries;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.statemachine.Replicas;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import dev.holdfast.statemachine.storage.StorageException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the partitions of a global index do with what they are told (decision 0038). */
class EntryUpdatesTest {
  private static final long NEVER = Long.MAX_VALUE;

  private static final GlobalIndex INDEX =
      new GlobalIndex(
          new TableId(77),
          "byColour",
          List.of(new KeyAttribute("colour", ScalarType.S)),
          List.of(),
          new IndexProjection(IndexProjection.Kind.ALL, List.of()),
          GlobalIndex.Status.ACTIVE,
          Throughput.NONE,
          OnDemandLimits.NONE);

  private static final TableDescriptor TABLE =
      TableWorkload.TABLE.withFollowers(Followers.NONE.withGlobalIndexes(List.of(INDEX)));

  private static final TableDescriptor AS_TABLE = TABLE.ofIndex(INDEX);
  private static final IndexEntries ENTRIES = AS_TABLE.entries().orElseThrow();

  private final ReplicatedStateMachine replica = Replicas.inMemory(KeyRange.ALL);
  private long stampMicros = 1_000;

  private Result apply(Command command) {
    return apply(replica, command);
  }

  private Result apply(ReplicatedStateMachine to, Command command) {
    stampMicros += 1_000;
    Proposal proposal = new Proposal(new RequestId(1, stampMicros), NEVER, false, command);
    ApplyContext next = new ApplyContext(1, to.applied().index() + 1);
    return to.apply(next, new LogEntry(stampMicros, List.of(proposal))).get(0);
  }

  private static Item item(String colour, int n) {
    return Item.of(
        Map.of(
            "pk", AttributeValue.s("p"),
            "sk", AttributeValue.n(1),
            "colour", AttributeValue.s(colour),
            "n", AttributeValue.n(n)));
  }

  private static EntryUpdate put(long version, Item item) {
    return new EntryUpdate(ENTRIES.keyOf(item), version, item);
  }

  private static EntryUpdate takenOut(long version, Item item) {
    return new EntryUpdate(ENTRIES.keyOf(item), version, null);
  }

  private Result update(EntryUpdate... updates) {
    return apply(new Command.UpdateIndex(INDEX.id(), NEVER, List.of(updates)));
  }

  private List<Item> entries() {
    ReadResult.Page page = (ReadResult.Page) read(scan());
    return page.items();
  }

  private static Read.Scan scan() {
    return new Read.Scan(
        TableRef.of(AS_TABLE),
        null,
        KeyEncoding.tableRange(INDEX.id()),
        new Paging(null, Paging.Order.ASCENDING, 100, 1 << 20),
        null,
        new Read.Output.Items(Projection.ALL));
  }

  private ReadResult read(Read read) {
    try (StateSnapshot snapshot = replica.snapshot()) {
      return snapshot.read(read, KnownOutcomes.NONE_CARED_FOR);
    }
  }

  private static @Nullable Rejection rejection(Result result) {
    return result instanceof Result.Rejected rejected ? rejected.rejection() : null;
  }

  @Test
  void theLatestVersionStandsWhateverTheOrder() {
    apply(new Command.InstallTable(AS_TABLE));
    assertThat(update(put(5, item("red", 5)))).isEqualTo(new Result.Done());
    update(put(4, item("red", 4)), put(5, item("red", 55)));
    assertThat(entries()).containsExactly(item("red", 5));
    update(put(7, item("red", 7)), put(6, item("red", 6)));
    assertThat(entries()).containsExactly(item("red", 7));
  }

  /** R13: else an item would stand under a colour that it has no more. */
  @Test
  void whatWasTakenOutIsNotPutBackByALateUpdate() {
    apply(new Command.InstallTable(AS_TABLE));
    update(takenOut(3, item("red", 1)));
    update(put(2, item("red", 1)));
    assertThat(entries()).isEmpty();
    update(put(4, item("red", 4)));
    assertThat(entries()).containsExactly(item("red", 4));
  }

  @Test
  void anUpdateThatComesTooLateOrToTheWrongPlaceDoesNothing() {
    Command.UpdateIndex expired =
        new Command.UpdateIndex(INDEX.id(), 2_000, List.of(put(1, item("red", 1))));
    assertThat(rejection(update(put(1, item("red", 1)))))
        .as("before the index is known")
        .isEqualTo(new Rejection.StaleTable(INDEX.id()));
    apply(new Command.InstallTable(AS_TABLE));
    assertThat(rejection(apply(expired))).isEqualTo(new Rejection.StaleTable(INDEX.id()));
    assertThat(entries()).isEmpty();

    Bytes red = ENTRIES.keyOf(item("red", 1));
    ReplicatedStateMachine half = Replicas.inMemory(KeyRange.ALL.from(red));
    apply(half, new Command.InstallTable(AS_TABLE));
    EntryUpdate before = new EntryUpdate(KeyEncoding.tablePrefix(INDEX.id()), 1, null);
    assertThat(
            rejection(
                apply(
                    half,
                    new Command.UpdateIndex(
                        INDEX.id(), NEVER, List.of(put(1, item("red", 1)), before)))))
        .isEqualTo(new Rejection.WrongPartition());
  }

  @Test
  void anIndexThatWasDroppedTakesNothingAndHasNothing() {
    apply(new Command.InstallTable(AS_TABLE));
    update(put(1, item("red", 1)));
    apply(new Command.DropTable(INDEX.id()));
    assertThat(update(put(2, item("red", 2)))).isEqualTo(new Result.Done());
    assertThat(read(scan()))
        .isEqualTo(new ReadResult.Refused(new Rejection.StaleTable(INDEX.id())));
  }

  /** A client of the native protocol may make up anything. */
  @Test
  void anIndexIsNoTableAndATableNoIndex() {
    apply(new Command.InstallTable(AS_TABLE));
    apply(new Command.InstallTable(TABLE));
    Item item = item("red", 1);
    Command.Put put =
        new Command.Put(TableRef.of(AS_TABLE), item, null, ReturnValues.NONE, ReturnOnFailure.NONE);
    assertThat(rejection(apply(put))).isEqualTo(new Rejection.StaleTable(INDEX.id()));
    assertThat(
            rejection(
                apply(new Command.UpdateIndex(TABLE.id(), NEVER, List.of(put(1, item("red", 1)))))))
        .isEqualTo(new Rejection.Invalid("these are no updates of an index"));
    List<EntryUpdate> madeUp =
        List.of(
            new EntryUpdate(KeyEncoding.tablePrefix(TABLE.id()), 1, null),
            new EntryUpdate(ENTRIES.keyOf(item), 1, item("blue", 1)),
            takenOut(0, item));
    for (EntryUpdate each : madeUp) {
      assertThat(rejection(update(each)))
          .isEqualTo(new Rejection.Invalid("these are no updates of an index"));
    }
    Read.Query query =
        new Read.Query(
            TableRef.of(AS_TABLE),
            null,
            Objects.requireNonNull(item.attribute("colour")),
            new SortCondition.Any(),
            new Paging(null, Paging.Order.ASCENDING, 100, 1 << 20),
            null,
            new Read.Output.Items(Projection.ALL));
    assertThat(read(query))
        .isEqualTo(
            new ReadResult.Refused(
                new Rejection.Invalid("a global index is read by a range of its entries")));
    assertThatThrownBy(() -> EntryRow.decode(Bytes.fromHex("0102")))
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith("the row of an index entry is damaged:");
  }
}
