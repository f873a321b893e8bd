package dev.holdfast.partition.meta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.Warmth;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What the meta group says when it refuses to create, change or delete a table, word by word: the
 * API passes it on in the service's own words.
 */
class TableRefusalsTest {
  private static final MetaCommand PROTECT =
      new MetaCommand.UpdateTable("music", null, null, true, null);

  private final MetaScript meta = new MetaScript();

  @Test
  void aTableIdIsNotUsedAgain() {
    create("music", 7);

    assertThat(refusal(new MetaCommand.CreateTable(MetaScript.table("other", 7))))
        .isEqualTo(new Rejection.Invalid("The table id was used before: " + new TableId(7)));
  }

  @Test
  void theIdOfAnIndexIsNotUsedAgainEither() {
    createIndexed(MetaScript.table("music", 7), index("byTitle", 8));

    assertThat(refusal(new MetaCommand.CreateTable(MetaScript.table("other", 8))))
        .isEqualTo(new Rejection.Invalid("The table id was used before: " + new TableId(8)));
    assertThat(
            refusal(
                new MetaCommand.CreateTable(
                    indexed(MetaScript.table("another", 9), index("byTitle", 7)))))
        .isEqualTo(new Rejection.Invalid("The table id was used before: " + new TableId(7)));
    assertThat(
            refusal(
                new MetaCommand.CreateTable(
                    indexed(MetaScript.table("another", 9), index("byTitle", 9)))))
        .isEqualTo(new Rejection.Invalid("An index with the id of its table or of another index"));
  }

  @Test
  void theIndexesOfATableThatWasCreatedAreActiveWithIt() {
    createIndexed(MetaScript.table("music", 7), index("byTitle", 8));

    Result ready = meta.apply(new MetaCommand.MarkTableReady(new TableId(7), 1, 1));

    assertThat(((Result.Table) ready).table().followers().globalIndexes())
        .extracting(GlobalIndex::status)
        .containsExactly(GlobalIndex.Status.ACTIVE);
    assertThat(((Result.Table) ready).table().version()).isEqualTo(1);
  }

  @Test
  void aTableIsNotProvisionedWithoutItsIndexes() {
    createIndexed(MetaScript.table("music", 7), index("byTitle", 8));
    meta.apply(new MetaCommand.MarkTableReady(new TableId(7), 1, 1));

    assertThat(
            refusal(
                new MetaCommand.UpdateTable(
                    "music", BillingMode.PROVISIONED, new Throughput(5, 6), null, null)))
        .isEqualTo(
            new Rejection.Invalid(
                "One or more parameter values were invalid: ProvisionedThroughput must be"
                    + " specified for index: byTitle"));
  }

  @Test
  void globalIndexesAreCheckedAgain() {
    List<GlobalIndex> many = new ArrayList<>();
    for (int i = 0; i <= 20; i++) {
      many.add(index("index" + i, 100 + i));
    }
    assertThat(refusedIndexes(many.toArray(GlobalIndex[]::new)))
        .isEqualTo("A table of more than 20 global indexes");
    assertThat(refusedIndexes(index("byTitle", 8), index("byTitle", 9)))
        .isEqualTo("Invalid or duplicate index name: byTitle");
    GlobalIndex fine = index("byTitle", 8);
    KeyAttribute title = fine.partitionKey().get(0);
    assertThat(refusedIndexes(with(fine, List.of(title, title), fine.throughput())))
        .isEqualTo("Invalid keys of index byTitle");
    assertThat(refusedIndexes(with(fine, List.of(title), new Throughput(-1, 0))))
        .isEqualTo("Invalid throughput of index byTitle");
  }

  private String refusedIndexes(GlobalIndex... indexes) {
    Rejection no =
        refusal(new MetaCommand.CreateTable(indexed(MetaScript.table("music", 7), indexes)));
    return ((Rejection.Invalid) no).message();
  }

  private static GlobalIndex index(String name, long id) {
    return new GlobalIndex(
        new TableId(id),
        name,
        List.of(new KeyAttribute("title", ScalarType.S)),
        List.of(),
        new IndexProjection(IndexProjection.Kind.ALL, List.of()),
        GlobalIndex.Status.CREATING,
        Throughput.NONE,
        OnDemandLimits.NONE);
  }

  private static GlobalIndex with(GlobalIndex index, List<KeyAttribute> key, Throughput units) {
    return new GlobalIndex(
        index.id(),
        index.name(),
        key,
        index.sortKey(),
        index.projection(),
        index.status(),
        units,
        index.limits());
  }

  private static TableDescriptor indexed(TableDescriptor table, GlobalIndex... indexes) {
    return table.withFollowers(Followers.NONE.withGlobalIndexes(List.of(indexes)));
  }

  private void createIndexed(TableDescriptor table, GlobalIndex... indexes) {
    assertThat(meta.apply(new MetaCommand.CreateTable(indexed(table, indexes))))
        .isInstanceOf(Result.Table.class);
  }

  @Test
  void thereAreNoMoreTablesThanTheServiceAllowsAnAccount() {
    for (int i = 1; i <= TableCommands.TABLE_COUNT_MAX; i++) {
      create("table" + i, i);
    }

    assertThat(refusal(new MetaCommand.CreateTable(MetaScript.table("more", 5_000))))
        .isEqualTo(
            new Rejection.LimitExceeded(
                "Subscriber limit exceeded: There is a limit of 2500 tables per subscriber"));
  }

  @Test
  void aProtectedTableSaysHowItCanBeDeleted() {
    create("music", 7);
    meta.apply(PROTECT);

    assertThat(refusal(new MetaCommand.DeleteTable("music")))
        .isEqualTo(
            new Rejection.Invalid(
                "Resource cannot be deleted as it is currently protected against deletion. "
                    + "Disable deletion protection first."));
  }

  @Test
  void throughputThatIsTheSameIsSpeltOut() {
    create("music", 7);
    Throughput units = new Throughput(5, 6);
    meta.apply(new MetaCommand.UpdateTable("music", BillingMode.PROVISIONED, units, null, null));

    assertThat(refusal(new MetaCommand.UpdateTable("music", null, units, null, null)))
        .isEqualTo(
            new Rejection.Invalid(
                "The provisioned throughput for the table will not change. The requested value "
                    + "equals the current value. Current ReadCapacityUnits provisioned for the "
                    + "table: 5. Requested ReadCapacityUnits: 5. Current WriteCapacityUnits "
                    + "provisioned for the table: 6. Requested WriteCapacityUnits: 6. Refer to "
                    + "the Amazon DynamoDB Developer Guide for current limits and how to request "
                    + "higher limits."));
  }

  @Test
  void throughputIsNotNegative() {
    create("music", 7);

    assertThat(
            refusal(
                new MetaCommand.UpdateTable(
                    "music", BillingMode.PROVISIONED, new Throughput(-1, 1), null, null)))
        .isEqualTo(new Rejection.Invalid("Throughput cannot be negative"));
  }

  @Test
  void aTableGetsNoColder() {
    create("music", 7);

    assertThat(
            refusal(
                new MetaCommand.UpdateTable("music", null, null, null, new Warmth(1, 40_000, 1))))
        .isEqualTo(
            new Rejection.Invalid(
                "One or more parameter values were invalid: Requested ReadUnitsPerSecond for "
                    + "WarmThroughput for table is lower than current WarmThroughput, decreasing "
                    + "WarmThroughput is not supported"));
  }

  @Test
  void aTableHasFiftyTags() {
    create("music", 7);
    TreeMap<String, String> tags = new TreeMap<>();
    for (int i = 0; i <= 50; i++) {
      tags.put("k" + i, "v");
    }

    assertThat(refusal(new MetaCommand.TagTable("music", tags)))
        .isEqualTo(
            new Rejection.Invalid(
                "Number of Tags exceed the current limit for the provided ResourceArn"));
  }

  private void create(String name, long id) {
    meta.apply(new MetaCommand.CreateTable(MetaScript.table(name, id)));
    meta.apply(new MetaCommand.MarkTableReady(new TableId(id), 1, 1));
  }

  private Rejection refusal(MetaCommand command) {
    return ((Result.Rejected) meta.apply(command)).rejection();
  }
}
