package dev.holdfast.node.consensus;

import static dev.holdfast.node.consensus.TestCluster.P1;
import static dev.holdfast.node.consensus.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.ReadMode;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** What tests of splits do: fill a partition, split it in the middle, look at both sides. */
final class SplitSteps {
  static final PartitionId CHILD = new PartitionId(2);
  static final int ITEMS = 60;
  static final String LARGE = "x".repeat(1000);
  private static final KeySchema SCHEMA = new KeySchema(new KeyAttribute("k", ScalarType.S), null);

  private SplitSteps() {}

  static void busy(TestOptions options) {
    options.digestInterval = Duration.ofMillis(50);
  }

  static Bytes routingKey(String key) {
    return KeyEncoding.routingKey(
        TestCluster.TABLE.id(), SCHEMA, TestCluster.item(key, "").keyOf(SCHEMA));
  }

  static SplitOperation operation(TestCluster cluster) {
    List<Bytes> keys =
        IntStream.range(0, ITEMS).mapToObj(i -> routingKey("k" + i)).sorted().toList();
    ClusterMap.Partition whole =
        new ClusterMap.Partition(P1, TestCluster.EPOCH, KeyRange.ALL, cluster.running());
    return new SplitOperation(whole, keys.get(ITEMS / 2), CHILD);
  }

  static void fill(TestCluster cluster) {
    cluster.installTable(P1);
    for (int i = 0; i < ITEMS; i++) {
      cluster.put(P1, "k" + i, LARGE + i);
    }
  }

  static Result split(TestCluster cluster, SplitOperation operation) {
    Proposal proposal = TestCluster.proposal(new Command.Split(operation));
    NodeRequest.Write write =
        new NodeRequest.Write(P1, TestCluster.EPOCH, List.of(proposal), 10_000);
    NodeReply reply = TestCluster.answer(cluster.node(cluster.awaitLeader(P1)).ask(write));
    return ((NodeReply.Written) reply).results().get(0);
  }

  /** Strongly, from whichever side it is on; fails while that is not served. */
  static void assertHasAll(TestCluster cluster, SplitOperation operation) {
    for (int i = 0; i < ITEMS; i++) {
      String key = "k" + i;
      boolean onLeft = operation.left().range().contains(routingKey(key));
      ClusterMap.Partition side = onLeft ? operation.left() : operation.right();
      assertThat(read(cluster, side, ReadMode.STRONG, cluster.awaitLeader(side.id()), key))
          .isEqualTo(LARGE + i);
    }
  }

  static String read(
      TestCluster cluster, ClusterMap.Partition side, ReadMode mode, NodeId node, String key) {
    Item item = TestCluster.item(key, "").keyOf(SCHEMA);
    NodeRequest.ReadFrom get =
        new NodeRequest.ReadFrom(
            side.id(),
            side.epoch(),
            mode,
            List.of(new Read.Get(TestCluster.TABLE, item, Projection.ALL)),
            10_000);
    return String.valueOf(TestCluster.value(TestCluster.answer(cluster.node(node).ask(get))));
  }

  static void awaitServed(TestCluster cluster) {
    await(
        "both sides served by all",
        () ->
            cluster.nodes().stream()
                .allMatch(n -> n.status().ready() && n.status().replicas().size() == 2));
  }

  static boolean hasReplica(TestCluster cluster, NodeId node, PartitionId partition) {
    return cluster.node(node).status().replicas().stream()
        .anyMatch(replica -> replica.partition().equals(partition));
  }

  static String firstOnRight(SplitOperation operation) {
    return IntStream.range(0, ITEMS)
        .mapToObj(i -> "k" + i)
        .filter(key -> operation.right().range().contains(routingKey(key)))
        .findFirst()
        .orElseThrow();
  }
}
