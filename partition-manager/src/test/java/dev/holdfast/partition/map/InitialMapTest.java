package dev.holdfast.partition.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InitialMapTest {
  @Test
  void onePartitionCoversEverything() {
    ClusterMap map = InitialMap.of(nodes(3), 1, 3);

    assertThat(map.partitions()).hasSize(1);
    assertThat(map.partitions().get(0).range().endExclusive()).isNull();
    assertThat(map.partitions().get(0).replicas()).hasSize(3);
  }

  @Test
  void manyPartitionsShareTheTableIdsEvenly() {
    ClusterMap map = InitialMap.of(nodes(3), 4, 3);

    // the constructor of ClusterMap checks invariant 3: no gap, no overlap
    assertThat(map.partitions())
        .extracting(partition -> partition.range().startInclusive().toHex())
        .containsExactly("", "4000000000000000", "8000000000000000", "c000000000000000");
  }

  @Test
  void replicasAndPreferredLeadersAreSpreadWithADifferenceOfOne() {
    ClusterMap map = InitialMap.of(nodes(5), 7, 3);

    Map<NodeId, Integer> replicas = new HashMap<>();
    Map<NodeId, Integer> leaders = new HashMap<>();
    for (ClusterMap.Partition partition : map.partitions()) {
      leaders.merge(partition.replicas().get(0), 1, Integer::sum);
      assertThat(partition.replicas()).doesNotHaveDuplicates().hasSize(3);
      partition.replicas().forEach(node -> replicas.merge(node, 1, Integer::sum));
    }
    assertThat(leaders.values()).allMatch(count -> count >= 1 && count <= 2);
    assertThat(replicas.values()).allMatch(count -> count >= 3 && count <= 5);
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> InitialMap.of(nodes(3), 0, 3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> InitialMap.of(List.of(), 1, 3))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> InitialMap.of(nodes(3), 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<ClusterMap.Node> nodes(int count) {
    List<ClusterMap.Node> nodes = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      nodes.add(new ClusterMap.Node(new NodeId("n" + i), "h:1", "h:2", "h:3", "h:4"));
    }
    return nodes;
  }
}
