package dev.holdfast.partition.meta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.GlobalIndex.Status;
import dev.holdfast.protocol.model.IndexChange;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The life of a global index that is added to a table, and what is refused meanwhile. */
class TableIndexChangesTest {
  private static final TableId TABLE = new TableId(7);
  private static final String ONE_AT_A_TIME =
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per"
          + " table";

  private final MetaScript meta = new MetaScript();

  @BeforeEach
  void createTable() {
    meta.apply(new MetaCommand.CreateTable(MetaScript.table("music", 7)));
    meta.apply(new MetaCommand.MarkTableReady(TABLE, 1, 1));
  }

  @Test
  void anAddedIndexIsCreatedThenFilledThenActive() {
    TableDescriptor creating = table(update(create("byTitle", 8)));
    assertThat(creating.status()).isEqualTo(TableStatus.UPDATING);
    assertThat(creating.version()).isEqualTo(2);
    assertThat(statuses(creating)).containsExactly(Status.CREATING);

    TableDescriptor filling = table(meta.apply(new MetaCommand.MarkTableReady(TABLE, 1, 2)));
    assertThat(filling.status()).isEqualTo(TableStatus.ACTIVE);
    assertThat(filling.version()).isEqualTo(2);
    assertThat(statuses(filling)).containsExactly(Status.BACKFILLING);

    TableDescriptor active = table(meta.apply(new MetaCommand.MarkIndexesFilled(TABLE, 2)));
    assertThat(active.version()).isEqualTo(2);
    assertThat(statuses(active)).containsExactly(Status.ACTIVE);
  }

  @Test
  void anIndexIsNotActiveBecauseAnEarlierVersionWasFilled() {
    update(create("byTitle", 8));
    meta.apply(new MetaCommand.MarkTableReady(TABLE, 1, 2));

    assertThat(meta.apply(new MetaCommand.MarkIndexesFilled(TABLE, 1)))
        .isEqualTo(new Result.Done());
  }

  @Test
  void anIndexThatIsTakenAwayIsGoneOncePartitionsKnow() {
    added("byTitle", 8);

    TableDescriptor deleting = table(update(new IndexChange.Delete("byTitle")));
    assertThat(deleting.status()).isEqualTo(TableStatus.UPDATING);
    assertThat(deleting.version()).isEqualTo(3);
    assertThat(statuses(deleting)).containsExactly(Status.DELETING);

    TableDescriptor after = table(meta.apply(new MetaCommand.MarkTableReady(TABLE, 1, 3)));
    assertThat(after.followers().globalIndexes()).isEmpty();
    assertThat(refusal(create("byTitle", 8)))
        .isEqualTo(new Rejection.Invalid("The table id was used before: " + new TableId(8)));
  }

  @Test
  void anIndexMayBeTakenAwayWhileItIsFilledButNotBefore() {
    update(create("byTitle", 8));
    assertThat(refusal(new IndexChange.Delete("byTitle")))
        .isEqualTo(
            new Rejection.TableInUse(
                "Attempt to change a resource which is still in use: Index creation is in resource"
                    + " allocation phase. Retry deletion during backfilling phase or when the index"
                    + " is active. Table: music Index: byTitle"));

    meta.apply(new MetaCommand.MarkTableReady(TABLE, 1, 2));
    assertThat(statuses(table(update(new IndexChange.Delete("byTitle")))))
        .containsExactly(Status.DELETING);
    assertThat(refusal(new IndexChange.Delete("byTitle")))
        .isEqualTo(
            new Rejection.TableInUse(
                "Attempt to change a resource which is still in use: Index is being deleted."
                    + " Table: music Index: byTitle"));
  }

  @Test
  void oneIndexIsCreatedOrDeletedAtATime() {
    assertThat(refusal(create("byTitle", 8), create("byYear", 9)))
        .isEqualTo(new Rejection.LimitExceeded(ONE_AT_A_TIME));

    added("byTitle", 8);
    update(create("byYear", 9));
    meta.apply(new MetaCommand.MarkTableReady(TABLE, 1, 3));
    assertThat(refusal(create("third", 10))).isEqualTo(new Rejection.LimitExceeded(ONE_AT_A_TIME));
    assertThat(refusal(new IndexChange.Delete("byTitle")))
        .isEqualTo(new Rejection.LimitExceeded(ONE_AT_A_TIME));
  }

  @Test
  void aTableIsNotDeletedWhileAnIndexIsFilled() {
    update(create("byTitle", 8));
    meta.apply(new MetaCommand.MarkTableReady(TABLE, 1, 2));

    assertThat(rejection(meta.apply(new MetaCommand.DeleteTable("music"))))
        .isEqualTo(
            new Rejection.TableInUse(
                "Attempt to change a resource which is still in use: Cannot delete table while"
                    + " indexes are being created, updated, or deleted."));
  }

  @Test
  void whatIsNotThereIsNotChanged() {
    added("byTitle", 8);

    assertThat(refusal(new IndexChange.Delete("ghost")))
        .isEqualTo(new Rejection.IndexNotFound("ghost", "music"));
    assertThat(refusal(create("byTitle", 9)))
        .isEqualTo(new Rejection.Invalid("Attempting to create an index which already exists"));
  }

  @Test
  void aTableHasTwentyIndexes() {
    for (int i = 0; i < 20; i++) {
      added("index" + i, 100 + i);
    }

    assertThat(refusal(create("oneMore", 200)))
        .isEqualTo(
            new Rejection.LimitExceeded(
                "Subscriber limit exceeded: GlobalSecondaryIndex count exceeds the per-table limit"
                    + " of 20"));
  }

  @Test
  void aTableAndItsIndexesBecomeProvisionedTogether() {
    added("byTitle", 8);
    Throughput units = new Throughput(3, 4);

    TableDescriptor after =
        table(
            meta.apply(
                update(
                    BillingMode.PROVISIONED,
                    new Throughput(5, 6),
                    new IndexChange.Settings("byTitle", units, null, null))));

    assertThat(after.status()).isEqualTo(TableStatus.ACTIVE);
    assertThat(after.version()).isEqualTo(2);
    assertThat(after.followers().globalIndexes().get(0).throughput()).isEqualTo(units);
    assertThat(refusal(new IndexChange.Settings("byTitle", units, null, null)))
        .isEqualTo(
            new Rejection.Invalid(
                "The provisioned throughput for the index byTitle will not change. The requested"
                    + " value equals the current value. Current ReadCapacityUnits provisioned for"
                    + " index byTitle: 3. Requested ReadCapacityUnits: 3. Current"
                    + " WriteCapacityUnits provisioned for index byTitle: 4. Requested"
                    + " WriteCapacityUnits: 4. Refer to the Amazon DynamoDB Developer Guide for"
                    + " current limits and how to request higher limits."));
    assertThat(
            table(meta.apply(update(BillingMode.PAY_PER_REQUEST, null)))
                .followers()
                .globalIndexes()
                .get(0)
                .throughput())
        .isEqualTo(Throughput.NONE);
  }

  @Test
  void whatTheGatewayLetsThroughIsLookedAtAgain() {
    added("byTitle", 8);
    IndexChange limits = new IndexChange.Settings("byTitle", null, new OnDemandLimits(-7, 1), null);

    assertThat(refusal(limits, limits))
        .isEqualTo(new Rejection.Invalid("An index cannot have " + new OnDemandLimits(-7, 1)));
    IndexChange warmth = new IndexChange.Settings("byTitle", null, null, new Throughput(13_000, 0));
    assertThat(refusal(warmth, warmth))
        .isEqualTo(new Rejection.Invalid("Two changes of the index byTitle"));
  }

  @Test
  void aLocalIndexStays() {
    TableDescriptor plain = MetaScript.table("local", 20);
    TableDescriptor table =
        new TableDescriptor(
            plain.id(),
            plain.name(),
            1,
            plain.status(),
            new KeySchema(new KeyAttribute("p", ScalarType.S), new KeyAttribute("s", ScalarType.S)),
            List.of(
                new LocalIndex(
                    "byDay",
                    new KeyAttribute("day", ScalarType.S),
                    new IndexProjection(IndexProjection.Kind.ALL, List.of()))),
            plain.billingMode(),
            plain.throughput(),
            false,
            plain.tags(),
            0);
    meta.apply(new MetaCommand.CreateTable(table));
    meta.apply(new MetaCommand.MarkTableReady(new TableId(20), 1, 1));

    assertThat(ofLocal(new IndexChange.Delete("byDay")))
        .isEqualTo("Cannot delete an index that is not a GlobalSecondaryIndex: byDay");
    assertThat(ofLocal(new IndexChange.Settings("byDay", null, null, null)))
        .isEqualTo("Cannot update an index that is not a GlobalSecondaryIndex: byDay");
    assertThat(ofLocal(create("byDay", 21)))
        .isEqualTo("Attempting to create an index which already exists");
  }

  private String ofLocal(IndexChange change) {
    MetaCommand update =
        new MetaCommand.UpdateTable("local", null, null, null, null, null, null, List.of(change));
    return ((Rejection.Invalid) rejection(meta.apply(update))).message();
  }

  @Test
  void anIndexGetsNoColder() {
    added("byTitle", 8);
    update(new IndexChange.Settings("byTitle", null, null, new Throughput(13_000, 0)));

    assertThat(refusal(new IndexChange.Settings("byTitle", null, null, new Throughput(12_500, 0))))
        .isEqualTo(
            new Rejection.Invalid(
                "One or more parameter values were invalid: Requested ReadUnitsPerSecond for"
                    + " WarmThroughput for index byTitle is lower than current WarmThroughput,"
                    + " decreasing WarmThroughput is not supported"));
  }

  private void added(String name, long id) {
    TableDescriptor creating = table(update(create(name, id)));
    meta.apply(new MetaCommand.MarkTableReady(TABLE, 1, creating.version()));
    meta.apply(new MetaCommand.MarkIndexesFilled(TABLE, creating.version()));
  }

  private static IndexChange create(String name, long id) {
    return new IndexChange.Create(
        new GlobalIndex(
            new TableId(id),
            name,
            List.of(new KeyAttribute("title", ScalarType.S)),
            List.of(),
            new IndexProjection(IndexProjection.Kind.ALL, List.of()),
            Status.CREATING,
            Throughput.NONE,
            OnDemandLimits.NONE));
  }

  private Result update(IndexChange... changes) {
    return meta.apply(update(null, null, changes));
  }

  private static MetaCommand update(
      @Nullable BillingMode mode, @Nullable Throughput units, IndexChange... changes) {
    return new MetaCommand.UpdateTable(
        "music", mode, units, null, null, null, null, List.of(changes));
  }

  private Rejection refusal(IndexChange... changes) {
    return rejection(update(changes));
  }

  private static Rejection rejection(Result result) {
    return ((Result.Rejected) result).rejection();
  }

  private static TableDescriptor table(Result result) {
    return ((Result.Table) result).table();
  }

  private static List<Status> statuses(TableDescriptor table) {
    return table.followers().globalIndexes().stream().map(GlobalIndex::status).toList();
  }
}
