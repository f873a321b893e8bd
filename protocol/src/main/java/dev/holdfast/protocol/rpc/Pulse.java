package dev.holdfast.protocol.rpc;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import java.util.Set;

/**
 * What one node tells another of itself several times a second, whatever they replicate together.
 *
 * @param open whether it has opened all its replicas since it started
 * @param hears the nodes that it has heard lately
 * @param leads the partitions whose groups it leads
 * @param clock when it said so, by its own clocks
 */
public record Pulse(
    NodeId from, boolean open, Set<NodeId> hears, Set<PartitionId> leads, ClockReading clock) {
  public Pulse {
    hears = Set.copyOf(hears);
    leads = Set.copyOf(leads);
  }
}
