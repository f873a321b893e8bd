package dev.holdfast.partition.meta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOrigin;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MergeCommandsTest {
  private static final PartitionId P1 = new PartitionId(1);
  private static final PartitionId P2 = new PartitionId(2);
  private static final PartitionId P3 = new PartitionId(3);
  private static final PartitionId P4 = new PartitionId(4);

  private final MetaScript meta = new MetaScript();

  /** p1, p2 and p3 on the same nodes, in another order; p4 on others. */
  @BeforeEach
  void bootstrap() {
    meta.apply(
        new MetaCommand.Bootstrap(
            new ClusterMap(
                1,
                List.of(),
                List.of(
                    partition(P1, 7, "", "40", "n1", "n2"),
                    partition(P2, 3, "40", "80", "n2", "n1"),
                    partition(P3, 1, "80", "c0", "n1", "n2"),
                    partition(P4, 1, "c0", null, "n1", "n3")))));
  }

  private static ClusterMap.Partition partition(
      PartitionId id, long epoch, String start, @Nullable String end, String... nodes) {
    return new ClusterMap.Partition(
        id,
        epoch,
        new KeyRange(Bytes.fromHex(start), end == null ? null : Bytes.fromHex(end)),
        List.of(nodes).stream().map(NodeId::new).toList());
  }

  private Result begin(PartitionId left, long leftEpoch, PartitionId right, long rightEpoch) {
    return meta.apply(new MetaCommand.BeginMerge(left, leftEpoch, right, rightEpoch));
  }

  private MergeOperation begun(PartitionId left, PartitionId right) {
    ClusterMap map = map();
    Result result =
        begin(
            left,
            map.partition(left).orElseThrow().epoch(),
            right,
            map.partition(right).orElseThrow().epoch());
    return ((Result.MergeBegun) result).operation();
  }

  private ClusterMap map() {
    return ((ReadResult.Map) meta.read(new MetaRead.GetMap())).map();
  }

  private List<Merge> merges() {
    return ((ReadResult.Merges) meta.read(new MetaRead.GetMerges())).merges();
  }

  private static void assertRefused(Result result, String words) {
    assertThat(result)
        .isInstanceOfSatisfying(
            Result.Rejected.class,
            no -> assertThat(((Rejection.Invalid) no.rejection()).message()).contains(words));
  }

  @Test
  void onlyNeighboursOfTheSameNodesAreMerged() {
    assertRefused(begin(new PartitionId(9), 1, P2, 3), "There is no partition p9");
    assertRefused(begin(P1, 7, new PartitionId(9), 3), "There is no partition p9");
    assertRefused(begin(P1, 6, P2, 3), "Partition p1 is at epoch 7 by now, not 6");
    assertRefused(begin(P1, 7, P2, 4), "Partition p2 is at epoch 3 by now, not 4");
    assertRefused(begin(P1, 7, P3, 1), "Partition p3 does not begin where partition p1 ends");
    assertRefused(begin(P2, 3, P1, 7), "Partition p1 does not begin where partition p2 ends");
    assertRefused(begin(P1, 7, P1, 7), "Partition p1 does not begin where partition p1 ends");
    assertRefused(begin(P4, 1, P1, 7), "Partition p1 does not begin where partition p4 ends");
    assertRefused(begin(P3, 1, P4, 1), "Partitions p3 and p4 are not on the same nodes");
    assertThat(merges()).isEmpty();
  }

  /** Invariant 10. */
  @Test
  void aPartitionIsInOneMergeOrSplitAtATime() {
    begun(P2, P3);
    assertRefused(begin(P1, 7, P2, 3), "Partition p2 is being merged: p2 with p3");
    assertRefused(begin(P3, 1, P4, 1), "Partition p3 is being merged: p2 with p3");
    assertRefused(
        meta.apply(new MetaCommand.BeginSplit(P3, 1, Bytes.fromHex("90"), SplitOrigin.LOAD)),
        "Partition p3 is being merged: p2 with p3");
    meta.apply(new MetaCommand.BeginSplit(P1, 7, Bytes.fromHex("20"), SplitOrigin.LOAD));
    assertRefused(begin(P1, 7, P2, 3), "Partition p1 is being split already");
  }

  @Test
  void aFinishedMergePutsOneInThePlaceOfTwoAndIsRememberedUntilItIsForgotten() {
    MergeOperation merge = begun(P1, P2);
    assertThat(map().epoch()).isEqualTo(1);
    for (int copy = 0; copy < 2; copy++) {
      assertThat(meta.apply(new MetaCommand.FinishMerge(merge.id()))).isEqualTo(new Result.Done());
      assertThat(map().epoch()).isEqualTo(2);
    }
    assertThat(map().partitions()).startsWith(partition(P1, 8, "", "80", "n1", "n2")).hasSize(3);
    assertThat(merges()).containsExactly(new Merge(merge, true));
    meta.apply(new MetaCommand.AbandonMerge(merge.id())); // too late
    assertThat(map().partition(P2)).isEmpty();

    assertThat(begun(P1, P3).id()).isGreaterThan(merge.id()); // nothing is in progress
    meta.apply(new MetaCommand.ForgetMerge(merge.id()));
    assertThat(merges()).hasSize(1);
  }

  @Test
  void anAbandonedMergeLeavesTheRightOneAtALaterEpoch() {
    MergeOperation merge = begun(P1, P2);
    meta.apply(new MetaCommand.ForgetMerge(merge.id())); // not while it is in progress
    assertThat(merges()).hasSize(1);
    for (int copy = 0; copy < 2; copy++) {
      meta.apply(new MetaCommand.AbandonMerge(merge.id()));
      assertThat(map().epoch()).isEqualTo(2);
    }
    assertThat(map().partition(P1)).contains(merge.left());
    assertThat(map().partition(P2)).contains(partition(P2, 4, "40", "80", "n2", "n1"));
    assertThat(merges()).isEmpty();
    meta.apply(new MetaCommand.FinishMerge(merge.id())); // nothing to finish any more
    assertThat(map().epoch()).isEqualTo(2);
  }
}
