package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.Pulse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of the others from their pulses (decision 0026). A node is <em>heard</em>
 * when a pulse of it came, and <em>answers</em> when one came in reply to ours: then it hears us,
 * too. Times are monotonic nanoseconds. Thread-safe.
 */
final class Hearing {
  private record Heard(Pulse pulse, long atNanos) {}

  private final Duration lately;
  private final Map<NodeId, Heard> heard = new ConcurrentHashMap<>();
  private final Map<NodeId, Long> answered = new ConcurrentHashMap<>();

  /**
   * @param lately how long ago a node may have been heard to count as heard
   */
  Hearing(Duration lately) {
    this.lately = lately;
  }

  /** A pulse has come, be it a question or an answer. */
  void hear(Pulse pulse, long nowNanos) {
    heard.put(pulse.from(), new Heard(pulse, nowNanos));
  }

  /** A node has answered to our pulse. */
  void answered(Pulse pulse, long nowNanos) {
    hear(pulse, nowNanos);
    answered.put(pulse.from(), nowNanos);
  }

  /** The nodes heard lately. */
  Set<NodeId> heardLately(long nowNanos) {
    return heard.entrySet().stream()
        .filter(entry -> isWithin(entry.getValue().atNanos, lately, nowNanos))
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  boolean isHeard(NodeId node, long nowNanos) {
    Heard last = heard.get(node);
    return last != null && isWithin(last.atNanos, lately, nowNanos);
  }

  /** Whether a node is heard and has opened all its replicas. */
  boolean isOpen(NodeId node, long nowNanos) {
    Heard last = heard.get(node);
    return last != null && last.pulse.open() && isWithin(last.atNanos, lately, nowNanos);
  }

  /** Whether a node is heard and says that it does not hear another one. */
  boolean misses(NodeId node, NodeId other, long nowNanos) {
    Heard last = heard.get(node);
    return last != null
        && isWithin(last.atNanos, lately, nowNanos)
        && !last.pulse.hears().contains(other);
  }

  /** Whether a node is heard and says that it does not lead the group of a partition. */
  boolean denies(NodeId node, PartitionId partition, long nowNanos) {
    Heard last = heard.get(node);
    return last != null
        && isWithin(last.atNanos, lately, nowNanos)
        && !last.pulse.leads().contains(partition);
  }

  /** Whether a node has said that its time is not that of the others (R12). */
  boolean isAstray(NodeId node) {
    Heard last = heard.get(node);
    return last != null && last.pulse.clock().astray();
  }

  boolean answersWithin(NodeId node, Duration bound, long nowNanos) {
    Long last = answered.get(node);
    return last != null && isWithin(last, bound, nowNanos);
  }

  /** When a node was heard last; null when it never was. */
  @Nullable Long heardAtNanos(NodeId node) {
    Heard last = heard.get(node);
    return last == null ? null : last.atNanos;
  }

  private static boolean isWithin(long atNanos, Duration bound, long nowNanos) {
    return nowNanos - atNanos < bound.toNanos();
  }
}
