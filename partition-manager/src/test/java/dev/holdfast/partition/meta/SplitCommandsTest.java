package dev.holdfast.partition.meta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.partition.map.InitialMap;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.LocalIndex;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.model.SplitOrigin;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SplitCommandsTest {
  private static final PartitionId P1 = new PartitionId(1);
  private static final PartitionId P2 = new PartitionId(2);
  private static final PartitionId P3 = new PartitionId(3);
  private static final KeySchema SCHEMA =
      new KeySchema(new KeyAttribute("p", ScalarType.S), new KeyAttribute("s", ScalarType.S));

  private final MetaScript meta = new MetaScript();

  /** Two partitions, p1 up to 80 and p2 from there. */
  @BeforeEach
  void bootstrap() {
    ClusterMap.Node node = new ClusterMap.Node(new NodeId("n1"), "h:1", "h:2", "h:3", "h:4");
    meta.apply(new MetaCommand.Bootstrap(InitialMap.of(List.of(node), 2, 1)));
  }

  @Test
  void aPartitionThatDoesNotExistIsNotSplit() {
    assertRefused(begin(new PartitionId(7), 1, "40"), "There is no partition p7");
    assertRefused(begin(PartitionId.META, 0, "40"), "There is no partition meta");
  }

  @Test
  void withoutAMapNothingIsSplit() {
    Result result =
        new MetaScript()
            .apply(new MetaCommand.BeginSplit(P1, 1, Bytes.fromHex("40"), SplitOrigin.LOAD));

    assertRefused(result, "There is no partition p1");
  }

  @Test
  void whoeverKnowsAnotherEpochIsToldThePresentOne() {
    split(P1, 1, "40");

    assertRefused(begin(P1, 1, "20"), "Partition p1 is at epoch 2 by now, not 1");
    assertRefused(begin(P1, 3, "20"), "Partition p1 is at epoch 2 by now, not 3");
  }

  /** Invariant 10. */
  @Test
  void aPartitionIsInOneSplitAtATime() {
    begin(P1, 1, "40");

    assertRefused(begin(P1, 1, "20"), "Partition p1 is being split already, into it and p3");
    assertThat(begin(P2, 1, "c0")).isInstanceOf(Result.SplitBegun.class);
  }

  @Test
  void aKeyAtTheEdgeOrOutsideSplitsNothing() {
    assertRefused(begin(P1, 1, ""), "at the edge of partition p1");
    assertRefused(begin(P1, 1, "8000000000000000"), "at the edge of partition p1");
    assertRefused(begin(P2, 1, "8000000000000000"), "at the edge of partition p2");
    assertRefused(begin(P1, 1, "81"), "The key 81 is outside of partition p1");
    assertRefused(begin(P2, 1, "80"), "The key 80 is outside of partition p2");
  }

  @Test
  void aKeyLongerThanAnyItemsWouldStayInTheMapAndIsRefused() {
    Bytes tooLong = Bytes.fromHex("40").concat(Bytes.wrap(new byte[SplitCommands.KEY_BYTES_MAX]));

    assertRefused(
        meta.apply(new MetaCommand.BeginSplit(P1, 1, tooLong, SplitOrigin.LOAD)), "is longer than");
  }

  @Test
  void itemCollectionsAreCutOnlyInTablesWithoutLocalIndexes() {
    meta.apply(new MetaCommand.CreateTable(table("plain", 5)));
    meta.apply(new MetaCommand.CreateTable(table("indexed", 6, index())));
    Bytes inPlain = key(5, "sort");
    Bytes inIndexed = key(6, "sort");
    Bytes collection =
        inIndexed.slice(0, KeyEncoding.collectionPrefixSize(SCHEMA, inIndexed)); // its first key

    assertRefused(
        meta.apply(new MetaCommand.BeginSplit(P1, 1, inIndexed, SplitOrigin.LOAD)),
        "is inside an item collection of table indexed, which has local indexes");
    for (Bytes key : List.of(inPlain, collection, collection.slice(0, collection.size() - 3))) {
      Result begun = meta.apply(new MetaCommand.BeginSplit(P1, 1, key, SplitOrigin.LOAD));
      assertThat(begun).isInstanceOf(Result.SplitBegun.class);
      meta.apply(new MetaCommand.AbandonSplit(((Result.SplitBegun) begun).operation().child()));
    }
  }

  @Test
  void whatIsRefusedChangesNothing() {
    ClusterMap before = map();

    begin(P1, 1, "81");

    assertThat(map()).isEqualTo(before);
    assertThat(splits()).isEmpty();
  }

  @Test
  void aSplitThatHasBegunIsInProgressAndTheMapIsAsBefore() {
    ClusterMap before = map();

    Result begun = begin(P1, 1, "40");

    SplitOperation expected =
        new SplitOperation(before.partitions().get(0), Bytes.fromHex("40"), P3);
    assertThat(begun).isEqualTo(new Result.SplitBegun(expected));
    assertThat(splits()).containsExactly(expected);
    assertThat(map()).isEqualTo(before);
  }

  @Test
  void aFinishedSplitPutsTwoPartitionsInThePlaceOfOne() {
    SplitOperation operation = begun(P1, 1, "40");

    assertThat(meta.apply(new MetaCommand.FinishSplit(P3))).isEqualTo(new Result.Done());

    ClusterMap after = map();
    assertThat(after.epoch()).isEqualTo(2);
    assertThat(after.partitions()).extracting(ClusterMap.Partition::id).containsExactly(P1, P3, P2);
    assertThat(after.partitions()).contains(operation.left(), operation.right());
    assertThat(after.partition(P2).orElseThrow().epoch()).isEqualTo(1);
    assertThat(splits()).isEmpty();
  }

  @Test
  void finishingTwiceOrWhatNeverBeganIsDoneAndChangesNothing() {
    split(P1, 1, "40");
    ClusterMap after = map();

    assertThat(meta.apply(new MetaCommand.FinishSplit(P3))).isEqualTo(new Result.Done());
    assertThat(meta.apply(new MetaCommand.FinishSplit(new PartitionId(99))))
        .isEqualTo(new Result.Done());

    assertThat(map()).isEqualTo(after);
  }

  @Test
  void anAbandonedSplitLeavesTheMapAloneAndMakesRoomForAnother() {
    begin(P1, 1, "40");
    ClusterMap before = map();

    assertThat(meta.apply(new MetaCommand.AbandonSplit(P3))).isEqualTo(new Result.Done());
    assertThat(meta.apply(new MetaCommand.AbandonSplit(P3))).isEqualTo(new Result.Done());
    assertThat(meta.apply(new MetaCommand.FinishSplit(P3))).isEqualTo(new Result.Done());

    assertThat(splits()).isEmpty();
    assertThat(map()).isEqualTo(before);
    assertThat(begin(P1, 1, "40")).isInstanceOf(Result.SplitBegun.class);
  }

  /** The parent remembers its refusal under the child's id. */
  @Test
  void theIdOfAnAbandonedChildIsNotUsedAgain() {
    begin(P1, 1, "40");
    meta.apply(new MetaCommand.AbandonSplit(P3));

    assertThat(begun(P1, 1, "40").child()).isEqualTo(new PartitionId(4));
  }

  /** The partition with the highest id may be gone one day; its id stays used. */
  @Test
  void idsGoOnAboveTheHighestThatEverWasNotAboveTheHighestOfTheMap() {
    ClusterMap withoutTheChild = map();
    split(P1, 1, "40");

    assertThat(meta.rows().nextPartitionId(withoutTheChild)).isEqualTo(4);
  }

  @Test
  void aMapThatIsOlderThanTheCounterBeginsItAboveItsHighestId() {
    assertThat(new MetaScript().rows().nextPartitionId(map())).isEqualTo(3);
  }

  @Test
  void splitsOfSeveralPartitionsAreReadInTheOrderOfTheirChildren() {
    begin(P2, 1, "c0");
    begin(P1, 1, "40");

    assertThat(splits())
        .extracting(SplitOperation::child)
        .containsExactly(new PartitionId(3), new PartitionId(4));
    meta.apply(new MetaCommand.FinishSplit(new PartitionId(4)));
    assertThat(splits()).extracting(SplitOperation::child).containsExactly(new PartitionId(3));
    assertThat(map().epoch()).isEqualTo(2);
  }

  private void split(PartitionId partition, long epoch, String key) {
    meta.apply(new MetaCommand.FinishSplit(begun(partition, epoch, key).child()));
  }

  private SplitOperation begun(PartitionId partition, long epoch, String key) {
    return ((Result.SplitBegun) begin(partition, epoch, key)).operation();
  }

  private Result begin(PartitionId partition, long epoch, String key) {
    return meta.apply(
        new MetaCommand.BeginSplit(partition, epoch, Bytes.fromHex(key), SplitOrigin.LOAD));
  }

  private ClusterMap map() {
    return ((ReadResult.Map) meta.read(new MetaRead.GetMap())).map();
  }

  private List<SplitOperation> splits() {
    return ((ReadResult.Splits) meta.read(new MetaRead.GetSplits())).operations();
  }

  private static void assertRefused(Result result, String words) {
    assertThat(result)
        .isInstanceOfSatisfying(
            Result.Rejected.class,
            no ->
                assertThat(no.rejection())
                    .isInstanceOfSatisfying(
                        Rejection.Invalid.class,
                        invalid -> assertThat(invalid.message()).contains(words)));
  }

  private static Bytes key(long table, String sort) {
    Item item =
        Item.of(Map.of("p", new AttributeValue.S("collection"), "s", new AttributeValue.S(sort)));
    return KeyEncoding.routingKey(new TableId(table), SCHEMA, item);
  }

  private static LocalIndex index() {
    return new LocalIndex(
        "byA",
        new KeyAttribute("a", ScalarType.S),
        new IndexProjection(IndexProjection.Kind.ALL, List.of()));
  }

  private static TableDescriptor table(String name, long id, LocalIndex... indexes) {
    TableDescriptor like = MetaScript.table(name, id);
    return new TableDescriptor(
        like.id(),
        like.name(),
        1,
        like.status(),
        SCHEMA,
        List.of(indexes),
        like.billingMode(),
        like.throughput(),
        false,
        like.tags(),
        0);
  }
}
