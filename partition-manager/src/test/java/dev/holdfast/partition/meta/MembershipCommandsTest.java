package dev.holdfast.partition.meta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.partition.map.InitialMap;
import dev.holdfast.protocol.command.MembershipChange;
import dev.holdfast.protocol.command.MembershipChange.AbandonMove;
import dev.holdfast.protocol.command.MembershipChange.AddNode;
import dev.holdfast.protocol.command.MembershipChange.BeginMove;
import dev.holdfast.protocol.command.MembershipChange.BeginRebuild;
import dev.holdfast.protocol.command.MembershipChange.DecommissionNode;
import dev.holdfast.protocol.command.MembershipChange.FinishMove;
import dev.holdfast.protocol.command.MembershipChange.RecommissionNode;
import dev.holdfast.protocol.command.MembershipChange.RemoveNode;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.ClusterMap.Standing;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.MoveOperation.Outcome;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SplitOrigin;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MembershipCommandsTest {
  private static final PartitionId P1 = new PartitionId(1);
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final NodeId N3 = new NodeId("n3");
  private static final NodeId N4 = new NodeId("n4");

  private final MetaScript meta = new MetaScript();

  /** One partition on three nodes. */
  @BeforeEach
  void bootstrap() {
    List<ClusterMap.Node> nodes = IntStream.rangeClosed(1, 3).mapToObj(i -> node("n" + i)).toList();
    meta.apply(new MetaCommand.Bootstrap(InitialMap.of(nodes, 1, 3)));
  }

  private static ClusterMap.Node node(String id) {
    return node(id, id);
  }

  private static ClusterMap.Node node(String id, String host) {
    return new ClusterMap.Node(
        new NodeId(id), host + ":1", host + ":2", host + ":3", host + ":4", Standing.ACTIVE, 7);
  }

  private Result apply(MembershipChange change) {
    return meta.apply(new MetaCommand.Membership(change));
  }

  private Result add(String id) {
    return apply(new AddNode(node(id), "cluster"));
  }

  private Result move(@Nullable NodeId add, @Nullable NodeId remove) {
    return apply(new BeginMove(P1, partition().epoch(), add, remove));
  }

  private ClusterMap map() {
    return ((ReadResult.Map) meta.read(new MetaRead.GetMap())).map();
  }

  private ClusterMap.Partition partition() {
    return map().partitions().get(0);
  }

  private Membership membership() {
    return Objects.requireNonNull(
        ((ReadResult.Members) meta.read(new MetaRead.GetMembership())).membership());
  }

  private void assertRefused(Result result, String words) {
    assertThat(result)
        .isInstanceOfSatisfying(
            Result.Rejected.class,
            no ->
                assertThat(no.rejection())
                    .isInstanceOfSatisfying(
                        Rejection.Invalid.class, why -> assertThat(why.message()).contains(words)));
  }

  @Test
  void withoutAMapNobodyJoins() {
    Result result =
        new MetaScript().apply(new MetaCommand.Membership(new AddNode(node("n4"), "cluster")));

    assertRefused(result, "no map yet");
  }

  @Test
  void whoJoinsComesLastAndJoiningAgainChangesNothing() {
    assertThat(add("n4")).isEqualTo(new Result.Done());
    ClusterMap once = map();
    assertThat(add("n4")).isEqualTo(new Result.Done());

    assertThat(map()).isEqualTo(once);
    assertThat(once.nodes()).extracting(ClusterMap.Node::id).containsExactly(N1, N2, N3, N4);
    assertThat(membership().meta().replicas()).containsExactly(N1, N2, N3);
  }

  @Test
  void anIdOrAnAddressThatIsInUseIsRefused() {
    ClusterMap before = map();

    assertRefused(apply(new AddNode(node("n2", "other"), "c")), "id n2 is in use, at n2:2");
    assertRefused(apply(new AddNode(node("n4", "n1"), "c")), "address n1:1 is that of node n1");
    assertThat(map()).isEqualTo(before);
  }

  /** C1: with an empty directory it has forgotten what it acknowledged. */
  @Test
  void whoComesBackWithAnotherDirectoryIsNotTheSame() {
    add("n4");
    ClusterMap.Node n4 = node("n4");
    ClusterMap.Node empty =
        new ClusterMap.Node(
            N4,
            n4.raftAddress(),
            n4.rpcAddress(),
            n4.httpAddress(),
            n4.adminAddress(),
            Standing.ACTIVE,
            8);

    assertRefused(apply(new AddNode(empty, "c")), "in use by another data directory");
  }

  @Test
  void asManyNodesAsReplicasStay() {
    assertRefused(apply(new DecommissionNode(N2)), "2 nodes for 3 replicas");
    assertThat(map().node(N2).orElseThrow().standing()).isEqualTo(Standing.ACTIVE);

    add("n4");
    assertThat(apply(new DecommissionNode(N2))).isEqualTo(new Result.Done());
    assertRefused(apply(new DecommissionNode(N3)), "2 nodes for 3 replicas");
    assertThat(apply(new DecommissionNode(N2))).isEqualTo(new Result.Done());

    apply(new RecommissionNode(N2));
    assertThat(apply(new DecommissionNode(N3))).isEqualTo(new Result.Done());
    assertRefused(apply(new DecommissionNode(new NodeId("n9"))), "There is no node n9");
  }

  @Test
  void onlyAnEmptyDecommissionedNodeIsForgotten() {
    add("n4");
    assertRefused(apply(new RemoveNode(N4)), "is active");
    apply(new DecommissionNode(N2));
    assertRefused(apply(new RemoveNode(N2)), "has a replica of meta and of 1 more");
    moved(N4, N2);
    assertRefused(apply(new RemoveNode(N2)), "has a replica of meta");
    moveMeta(N4, N2);

    assertThat(apply(new RemoveNode(N2))).isEqualTo(new Result.Done());
    assertThat(map().nodes()).extracting(ClusterMap.Node::id).containsExactly(N1, N3, N4);
    assertRefused(apply(new RemoveNode(N2)), "There is no node n2");
    assertThat(membership().meta().replicas()).containsExactly(N1, N3, N4);
  }

  private void moved(NodeId add, NodeId remove) {
    long epoch = partition().epoch();
    assertThat(move(add, remove)).isInstanceOf(Result.MoveBegun.class);
    assertThat(apply(new FinishMove(P1, epoch, Outcome.MOVED))).isEqualTo(new Result.Done());
  }

  private void moveMeta(NodeId add, NodeId remove) {
    long epoch = membership().meta().epoch();
    apply(new BeginMove(PartitionId.META, epoch, add, remove));
    apply(new FinishMove(PartitionId.META, epoch, Outcome.MOVED));
  }

  @Test
  void aMoveChangesTheMapWhenItIsOver() {
    add("n4");
    ClusterMap before = map();
    Result begun = move(N4, N1);
    MoveOperation operation = ((Result.MoveBegun) begun).operation();

    assertThat(map()).isEqualTo(before);
    assertThat(membership().moves()).containsExactly(operation);

    apply(new FinishMove(P1, 1, Outcome.MOVED));
    apply(new FinishMove(P1, 1, Outcome.MOVED)); // a copy
    assertThat(partition().replicas()).containsExactly(N2, N3, N4);
    assertThat(partition().epoch()).isEqualTo(2);
    assertThat(membership().moves()).isEmpty();
  }

  /** Invariant 10, S6. */
  @Test
  void aPartitionIsInOneOperationAtATime() {
    add("n4");
    MetaCommand split = new MetaCommand.BeginSplit(P1, 1, Bytes.fromHex("40"), SplitOrigin.LOAD);
    move(N4, null);
    assertRefused(move(N4, N1), "being changed already");
    assertRefused(meta.apply(split), "members of partition p1 are being changed");
    apply(new AbandonMove(P1, 1));
    assertRefused(meta.apply(split), "members of partition p1 are being changed");
    apply(new FinishMove(P1, 1, Outcome.UNDONE));

    assertThat(meta.apply(split)).isInstanceOf(Result.SplitBegun.class);
    assertRefused(move(N4, null), "is being split");
  }

  @Test
  void whatWouldLeaveTooFewReplicasOrNamesTheWrongNodeIsRefused() {
    add("n4");
    assertRefused(move(null, N1), "would have 2 replicas, and is to have 3");
    assertRefused(move(null, null), "No node is to be added");
    assertRefused(move(N2, N1), "n2 has a replica of partition p1 already");
    assertRefused(move(N4, N4), "n4 has no replica of partition p1");
    assertRefused(move(new NodeId("n9"), N1), "There is no node n9");
    assertRefused(apply(new BeginMove(P1, 2, N4, N1)), "at epoch 1 by now, not 2");
    assertRefused(apply(new BeginMove(new PartitionId(9), 1, N4, N1)), "no partition p9");
    apply(new DecommissionNode(N4));
    assertRefused(move(N4, N1), "n4 is decommissioned");
    assertThat(membership().moves()).isEmpty();
  }

  @Test
  void aReplicaTooManyMayGo() {
    add("n4");
    long epoch = partition().epoch();
    move(N4, null);
    apply(new FinishMove(P1, epoch, Outcome.MOVED));

    assertThat(partition().replicas()).containsExactly(N1, N2, N3, N4);
    assertThat(move(null, N1)).isInstanceOf(Result.MoveBegun.class);
  }

  /** C1: it is as good as dead, so the partition has no replica less than before. */
  @Test
  void aDamagedReplicaMayGoAlthoughItsPartitionIsThenOneShort() {
    assertThat(apply(new BeginRebuild(P1, 1, N2))).isInstanceOf(Result.MoveBegun.class);
    assertRefused(apply(new BeginRebuild(P1, 1, N3)), "being changed already");
    apply(new FinishMove(P1, 1, Outcome.MOVED));

    assertThat(partition().replicas()).containsExactly(N1, N3);
    assertRefused(apply(new BeginRebuild(P1, 2, N1)), "would have no majority");
    assertRefused(apply(new BeginRebuild(P1, 2, N2)), "n2 has no replica of partition p1");
    assertRefused(apply(new BeginRebuild(P1, 1, N3)), "at epoch 2 by now, not 1");
    assertThat(move(N2, null)).isInstanceOf(Result.MoveBegun.class);
  }

  @Test
  void onlyAMoveThatWasGivenUpIsUndone() {
    add("n4");
    move(N4, N1);
    assertRefused(apply(new FinishMove(P1, 1, Outcome.UNDONE)), "was not given up");
    apply(new AbandonMove(P1, 2)); // another one's
    assertThat(membership().moves()).noneMatch(MoveOperation::givenUp);

    apply(new DecommissionNode(N4));
    assertThat(membership().moves()).allMatch(MoveOperation::givenUp);
    apply(new FinishMove(P1, 1, Outcome.UNDONE));
    assertThat(membership().moves()).isEmpty();
    assertThat(partition().epoch()).isEqualTo(1);
  }

  @Test
  void theMetaGroupMovesLikeAPartition() {
    add("n4");
    moveMeta(N4, N3);

    assertThat(membership().meta().replicas()).containsExactly(N1, N2, N4);
    assertThat(membership().meta().epoch()).isEqualTo(1);
    assertThat(membership().replicaCount()).isEqualTo(3);
    assertRefused(apply(new BeginMove(PartitionId.META, 0, N3, N4)), "at epoch 1 by now, not 0");
  }
}
