package dev.holdfast.partition.placement.view;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A partition as the controller last saw it.
 *
 * <ul>
 *   <li>{@code replicas} are the voters of {@code partition}, in the same order: that of joining,
 *       the newest last.
 *   <li>The leader is one of them.
 * </ul>
 *
 * @param leader null while none is known
 * @param load of the leader
 * @param inProgress the step that is being carried out; of a merge, both partitions have it. Null
 *     if there is none
 */
public record PartitionView(
    ClusterMap.Partition partition,
    @Nullable NodeId leader,
    List<ReplicaView> replicas,
    LoadHistory load,
    KeySamples samples,
    DataSize size,
    ChangeTimes changes,
    @Nullable Step inProgress) {
  public PartitionView {
    replicas = List.copyOf(replicas);
    if (replicas.size() != partition.replicas().size() || replicas.isEmpty()) {
      throw new IllegalArgumentException("replicas of " + partition + " are " + replicas);
    }
    boolean led = leader == null;
    for (int i = 0; i < replicas.size(); i++) {
      NodeId node = replicas.get(i).node();
      led |= node.equals(leader);
      if (!node.equals(partition.replicas().get(i))) {
        throw new IllegalArgumentException("replicas of " + partition + " are " + replicas);
      }
    }
    if (!led) {
      throw new IllegalArgumentException(leader + " leads, but does not hold, " + partition);
    }
  }

  public PartitionId id() {
    return partition.id();
  }
}
