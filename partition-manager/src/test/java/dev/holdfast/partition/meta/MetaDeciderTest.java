package dev.holdfast.partition.meta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.model.Warmth;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MetaDeciderTest {
  private final MetaScript meta = new MetaScript();

  @Test
  void theFirstMapIsKeptAndASecondBootstrapChangesNothing() {
    ClusterMap first = map("n1");

    meta.apply(new MetaCommand.Bootstrap(first));
    meta.apply(new MetaCommand.Bootstrap(map("n2")));

    assertThat(meta.read(new MetaRead.GetMap())).isEqualTo(new ReadResult.Map(first));
  }

  @Test
  void aTableIsCreatedWithTheTimeOfItsEntry() {
    Result result = meta.apply(new MetaCommand.CreateTable(MetaScript.table("music", 7)));

    assertThat(result).isInstanceOf(Result.Table.class);
    TableDescriptor table = existing("music");
    assertThat(table.status()).isEqualTo(TableStatus.CREATING);
    assertThat(table.createdAtMillis()).isEqualTo(1_000);
    assertThat(table.version()).isEqualTo(1);
  }

  @Test
  void aNameInUseIsRejectedAsDynamoDbDoes() {
    create("music", 7);

    Result second = meta.apply(new MetaCommand.CreateTable(MetaScript.table("music", 8)));

    assertThat(second)
        .isEqualTo(new Result.Rejected(new Rejection.TableInUse("Table already exists: music")));
  }

  @Test
  void anIdIsNeverUsedTwiceNotEvenAfterItsTableIsForgotten() {
    createReady("music", 7);
    meta.apply(new MetaCommand.DeleteTable("music"));
    meta.apply(new MetaCommand.ForgetTable(new TableId(7)));

    Result again = meta.apply(new MetaCommand.CreateTable(MetaScript.table("other", 7)));

    assertThat(again).isInstanceOf(Result.Rejected.class);
    assertThat(found("other")).isNull();
  }

  @Test
  void aLateStepForAnOldTableDoesNotTouchTheNewOneOfItsName() {
    createReady("music", 7);
    meta.apply(new MetaCommand.DeleteTable("music"));
    meta.apply(new MetaCommand.ForgetTable(new TableId(7)));
    create("music", 8);

    meta.apply(new MetaCommand.MarkTableReady(new TableId(7), 1, 1));
    meta.apply(new MetaCommand.ForgetTable(new TableId(7)));

    TableDescriptor table = existing("music");
    assertThat(table.id()).isEqualTo(new TableId(8));
    assertThat(table.status()).isEqualTo(TableStatus.CREATING);
  }

  @Test
  void stepsOfTheReconcilerAreIdempotent() {
    createReady("music", 7);
    meta.apply(new MetaCommand.MarkTableReady(new TableId(7), 1, 1));
    assertThat(status("music")).isEqualTo(TableStatus.ACTIVE);

    assertThat(meta.apply(new MetaCommand.ForgetTable(new TableId(7))))
        .isEqualTo(new Result.Done());
    assertThat(status("music")).isEqualTo(TableStatus.ACTIVE);
  }

  @Test
  void aTableThatIsBeingCreatedCanBeNeitherDeletedNorChanged() {
    create("music", 7);

    Rejection expected =
        new Rejection.TableInUse(
            "Attempt to change a resource which is still in use: Table is being created: music");
    assertThat(meta.apply(new MetaCommand.DeleteTable("music")))
        .isEqualTo(new Result.Rejected(expected));
    assertThat(meta.apply(new MetaCommand.UpdateTable("music", null, null, true, null)))
        .isEqualTo(new Result.Rejected(expected));
  }

  @Test
  void aProtectedTableIsNotDeleted() {
    createReady("music", 7);
    meta.apply(new MetaCommand.UpdateTable("music", null, null, true, null));

    Result no = meta.apply(new MetaCommand.DeleteTable("music"));

    assertThat(no).isInstanceOf(Result.Rejected.class);
    assertThat(status("music")).isEqualTo(TableStatus.ACTIVE);
    meta.apply(new MetaCommand.UpdateTable("music", null, null, false, null));
    meta.apply(new MetaCommand.DeleteTable("music"));
    assertThat(status("music")).isEqualTo(TableStatus.DELETING);
  }

  @Test
  void billingCanBeSwitchedAndAnUpdateThatChangesNothingIsRefused() {
    createReady("music", 7);
    Throughput five = new Throughput(5, 5);

    assertThat(meta.apply(new MetaCommand.UpdateTable("music", null, five, null, null)))
        .isInstanceOf(Result.Rejected.class);
    assertThat(
            meta.apply(
                new MetaCommand.UpdateTable("music", BillingMode.PROVISIONED, null, null, null)))
        .isInstanceOf(Result.Rejected.class);
    meta.apply(new MetaCommand.UpdateTable("music", BillingMode.PROVISIONED, five, null, null));
    Result same = meta.apply(new MetaCommand.UpdateTable("music", null, five, null, null));

    assertThat(same)
        .isInstanceOfSatisfying(
            Result.Rejected.class,
            no -> assertThat(no.rejection().toString()).contains("will not change"));
    TableDescriptor table = existing("music");
    assertThat(table.throughput()).isEqualTo(five);
    assertThat(table.version()).isEqualTo(1);
  }

  @Test
  void aTableThatIsToBeSplitFurtherIsUpdatingUntilThatIsDoneAndNeverGetsColder() {
    createReady("music", 7);
    Warmth warmer = new Warmth(40_000, 8_000, 4);

    meta.apply(new MetaCommand.UpdateTable("music", null, null, null, warmer));
    meta.apply(new MetaCommand.MarkTableReady(new TableId(7), 1, 1)); // a late one
    assertThat(status("music")).isEqualTo(TableStatus.UPDATING);
    meta.apply(new MetaCommand.MarkTableReady(new TableId(7), 4, 1));
    assertThat(status("music")).isEqualTo(TableStatus.ACTIVE);
    assertThat(existing("music").warmth()).isEqualTo(warmer);

    for (Warmth illegal :
        List.of(
            new Warmth(39_999, 8_000, 4),
            new Warmth(40_000, 7_999, 4),
            new Warmth(50_000, 8_000, 2),
            new Warmth(50_000, 8_000, 6),
            new Warmth(50_000, 8_000, 128))) {
      assertThat(meta.apply(new MetaCommand.UpdateTable("music", null, null, null, illegal)))
          .isInstanceOf(Result.Rejected.class);
    }
    meta.apply(
        new MetaCommand.UpdateTable("music", null, null, null, new Warmth(40_001, 8_000, 4)));
    assertThat(status("music")).isEqualTo(TableStatus.ACTIVE);
    assertThat(existing("music").version()).isEqualTo(1);
  }

  @Test
  void tagsAreAddedReplacedAndRemoved() {
    createReady("music", 7);

    meta.apply(
        new MetaCommand.TagTable("music", new TreeMap<>(java.util.Map.of("a", "1", "b", "2"))));
    meta.apply(new MetaCommand.TagTable("music", new TreeMap<>(java.util.Map.of("b", "3"))));
    meta.apply(new MetaCommand.UntagTable("music", List.of("a", "never")));

    TableDescriptor table = existing("music");
    assertThat(table.tags()).containsExactly(java.util.Map.entry("b", "3"));
  }

  @Test
  void moreThanFiftyTagsAreRefused() {
    createReady("music", 7);
    TreeMap<String, String> tags = new TreeMap<>();
    for (int i = 0; i <= TableCommands.TAG_COUNT_MAX; i++) {
      tags.put("k" + i, "v");
    }

    assertThat(meta.apply(new MetaCommand.TagTable("music", tags)))
        .isInstanceOf(Result.Rejected.class);
  }

  @Test
  void aTableThatDoesNotExistIsReportedByName() {
    Result expected = new Result.Rejected(new Rejection.TableNotFound("ghost"));

    assertThat(meta.apply(new MetaCommand.DeleteTable("ghost"))).isEqualTo(expected);
    assertThat(meta.apply(new MetaCommand.UpdateTable("ghost", null, null, true, null)))
        .isEqualTo(expected);
    assertThat(meta.apply(new MetaCommand.TagTable("ghost", new TreeMap<>()))).isEqualTo(expected);
    assertThat(meta.apply(new MetaCommand.UntagTable("ghost", List.of()))).isEqualTo(expected);
  }

  @Test
  void thereAreAtMostTwoThousandFiveHundredTablesAndForgettingOneMakesRoom() {
    for (int i = 0; i < TableCommands.TABLE_COUNT_MAX; i++) {
      create("tab" + i, i);
    }

    Result no = meta.apply(new MetaCommand.CreateTable(MetaScript.table("more", 1L << 40)));
    assertThat(no)
        .isInstanceOfSatisfying(
            Result.Rejected.class,
            rejected -> assertThat(rejected.rejection()).isInstanceOf(LIMIT));

    meta.apply(new MetaCommand.MarkTableReady(new TableId(0), 1, 1));
    meta.apply(new MetaCommand.DeleteTable("tab0"));
    meta.apply(new MetaCommand.ForgetTable(new TableId(0)));
    assertThat(meta.apply(new MetaCommand.CreateTable(MetaScript.table("more", 1L << 40))))
        .isInstanceOf(Result.Table.class);
  }

  private static final Class<Rejection.LimitExceeded> LIMIT = Rejection.LimitExceeded.class;

  @Test
  void namesAreListedInOrderPageByPage() {
    List.of("bbb", "aaa", "aaa.b", "ccc", "AAA").forEach(name -> create(name, name.hashCode()));

    assertThat(meta.read(new MetaRead.ListTables(null, 3)))
        .isEqualTo(new ReadResult.TableNames(List.of("AAA", "aaa", "aaa.b"), true));
    assertThat(meta.read(new MetaRead.ListTables("aaa.b", 3)))
        .isEqualTo(new ReadResult.TableNames(List.of("bbb", "ccc"), false));
    assertThat(meta.read(new MetaRead.ListTables("aaaa", 1)))
        .isEqualTo(new ReadResult.TableNames(List.of("bbb"), true));
  }

  @Test
  void aTableThatNoGatewayWouldLetThroughIsRefused() {
    KeyAttribute partition = new KeyAttribute("p", ScalarType.S);
    KeyAttribute sort = new KeyAttribute("s", ScalarType.N);
    KeySchema both = new KeySchema(partition, sort);
    IndexProjection all = new IndexProjection(IndexProjection.Kind.ALL, List.of());
    LocalIndex fine = new LocalIndex("byA", new KeyAttribute("a", ScalarType.S), all);
    LocalIndex otherType = new LocalIndex("byS", new KeyAttribute("s", ScalarType.S), all);

    assertRefused(MetaScript.table("x", 1), "table name");
    assertRefused(MetaScript.table("a table", 1), "table name");
    assertRefused(with(new KeySchema(new KeyAttribute("", ScalarType.S), null)), "attribute name");
    assertRefused(with(new KeySchema(partition, null), fine), "without a range key");
    assertRefused(with(both, fine, fine), "duplicate index name");
    assertRefused(with(both, otherType), "key of index byS");
    assertRefused(with(both, fine, fine, fine, fine, fine, fine), "limit of 5");
    assertThat(meta.apply(new MetaCommand.CreateTable(with(both, fine))))
        .isInstanceOf(Result.Table.class);
  }

  private void assertRefused(TableDescriptor table, String words) {
    assertThat(meta.apply(new MetaCommand.CreateTable(table)).toString())
        .contains("Rejected")
        .contains(words);
  }

  private static TableDescriptor with(KeySchema schema, LocalIndex... indexes) {
    TableDescriptor like = MetaScript.table("made-up", 77);
    return new TableDescriptor(
        like.id(),
        like.name(),
        1,
        like.status(),
        schema,
        List.of(indexes),
        like.billingMode(),
        like.throughput(),
        false,
        like.tags(),
        0);
  }

  private void create(String name, long id) {
    meta.apply(new MetaCommand.CreateTable(MetaScript.table(name, id)));
  }

  private void createReady(String name, long id) {
    create(name, id);
    meta.apply(new MetaCommand.MarkTableReady(new TableId(id), 1, 1));
  }

  private @Nullable TableDescriptor found(String name) {
    return ((ReadResult.Table) meta.read(new MetaRead.GetTable(name))).table();
  }

  private TableDescriptor existing(String name) {
    return Objects.requireNonNull(found(name), "no table " + name);
  }

  private TableStatus status(String name) {
    return existing(name).status();
  }

  private static ClusterMap map(String node) {
    NodeId id = new NodeId(node);
    return new ClusterMap(
        1,
        List.of(new ClusterMap.Node(id, "h:1", "h:2", "h:3", "h:4")),
        List.of(new ClusterMap.Partition(new PartitionId(1), 1, KeyRange.ALL, List.of(id))));
  }
}
