package dev.holdfast.client.routing;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.Position;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * What the router believes: the map, who leads, and the last stamp heard of each partition. All of
 * it may be out of date; a wrong belief costs a hop and is corrected by the answer. Thread-safe.
 *
 * <ul>
 *   <li>The map's epoch never goes back.
 *   <li>Stamps only grow.
 *   <li>Leaders and stamps are kept for partitions of the map only (invariant 11).
 * </ul>
 */
final class Routes {
  /**
   * Where a partition is served.
   *
   * @param epoch 0 for the meta group
   * @param range the keys it holds; of no meaning for the meta group
   * @param replicas addresses; empty when the map names no node of it
   */
  record Route(PartitionId partition, long epoch, KeyRange range, List<String> replicas) {
    Route {
      replicas = List.copyOf(replicas);
    }
  }

  /** All that follows from one map, computed once. */
  private record RouteTable(
      ClusterMap map, Route meta, Map<PartitionId, Route> routes, Map<NodeId, String> addresses) {

    static RouteTable of(ClusterMap map, List<String> seeds) {
      Map<NodeId, String> addresses = new HashMap<>();
      map.nodes().forEach(node -> addresses.put(node.id(), node.rpcAddress()));
      Set<String> anyone = new LinkedHashSet<>();
      map.nodes().forEach(node -> anyone.add(node.rpcAddress()));
      anyone.addAll(seeds);
      Map<PartitionId, Route> routes = new HashMap<>();
      for (ClusterMap.Partition partition : map.partitions()) {
        List<String> replicas =
            partition.replicas().stream().map(addresses::get).filter(Objects::nonNull).toList();
        routes.put(
            partition.id(),
            new Route(partition.id(), partition.epoch(), partition.range(), replicas));
      }
      Route meta = new Route(PartitionId.META, 0, KeyRange.ALL, List.copyOf(anyone));
      return new RouteTable(map, meta, routes, addresses);
    }
  }

  /** Who was waited for in vain, and until when not to be asked as the leader. */
  private record Silence(String address, long untilNanos) {}

  /** About an election and the wait of a new leader. */
  private static final long SILENCE_NANOS = 1_000_000_000L;

  private final RouterWorld world;
  private final RouterOptions options;
  private final RouterListener listener;
  private final List<String> seeds;
  private final ConcurrentMap<PartitionId, String> leaders = new ConcurrentHashMap<>();
  private final ConcurrentMap<PartitionId, Long> stamps = new ConcurrentHashMap<>();
  private final ConcurrentMap<PartitionId, Silence> silences = new ConcurrentHashMap<>();
  private volatile RouteTable table;

  Routes(RouterWorld world, RouterOptions options, RouterListener listener, List<String> seeds) {
    if (seeds.isEmpty()) {
      throw new IllegalArgumentException("no address to begin with");
    }
    this.world = world;
    this.options = options;
    this.listener = listener;
    this.seeds = List.copyOf(seeds);
    this.table = RouteTable.of(ClusterMap.EMPTY, this.seeds);
  }

  RouterWorld world() {
    return world;
  }

  RouterOptions options() {
    return options;
  }

  RouterListener listener() {
    return listener;
  }

  ClusterMap map() {
    return table.map();
  }

  boolean isMapKnown() {
    return !map().partitions().isEmpty();
  }

  /** Takes a map that is newer than the one known. */
  void learn(ClusterMap newer) {
    synchronized (this) { // check and set are one step, or the epoch could go back
      if (newer.partitions().isEmpty() || (isMapKnown() && newer.epoch() <= map().epoch())) {
        return;
      }
      if (isMapKnown()) {
        inheritLeaders(map(), newer);
      }
      table = RouteTable.of(newer, seeds);
    }
    leaders.keySet().removeIf(id -> !id.isMeta() && newer.partition(id).isEmpty());
    stamps.keySet().removeIf(id -> !id.isMeta() && newer.partition(id).isEmpty());
    silences.keySet().removeIf(id -> !id.isMeta() && newer.partition(id).isEmpty());
    listener.mapLearned(newer.epoch());
  }

  /** A child is led from where its parent is, at first (replication.md S4). */
  private void inheritLeaders(ClusterMap older, ClusterMap newer) {
    for (ClusterMap.Partition partition : newer.partitions()) {
      if (older.partition(partition.id()).isEmpty()) {
        PartitionId before = older.partitionOf(partition.range().startInclusive()).id();
        String leader = leaders.get(before);
        if (leader != null) {
          leaders.putIfAbsent(partition.id(), leader);
        }
      }
    }
  }

  Route meta() {
    return table.meta();
  }

  /** The route of a routing key; the map must be known. */
  Route routeOf(Bytes routingKey) {
    RouteTable now = table;
    ClusterMap.Partition partition = now.map().partitionOf(routingKey);
    return Objects.requireNonNull(now.routes().get(partition.id()));
  }

  /** The route to a partition by its id; null when the map does not know it. */
  @Nullable Route routeOf(PartitionId id) {
    RouteTable now = table;
    return id.isMeta() ? now.meta() : now.routes().get(id);
  }

  private @Nullable String addressOf(NodeId id) {
    return table.addresses().get(id);
  }

  /** Whether the map lacks a node that somebody names: it has joined since. */
  boolean isStranger(@Nullable NodeId node) {
    return node != null && isMapKnown() && addressOf(node) == null;
  }

  /** The leader if it is known, else a replica, another one at each turn. */
  String leaderOrGuess(Route route, int turnIndex, long salt) {
    String leader = leaders.get(route.partition());
    if (leader != null) {
      return leader;
    }
    String guess = replica(route, turnIndex, salt);
    return isSilent(route.partition(), guess) ? replica(route, turnIndex + 1, salt) : guess;
  }

  private boolean isSilent(PartitionId partition, String address) {
    Silence silence = silences.get(partition);
    return silence != null
        && silence.address().equals(address)
        && world.nanoTime() - silence.untilNanos() < 0;
  }

  @Nullable String leader(PartitionId partition) {
    return leaders.get(partition);
  }

  /** The preferred replica at the first turn, then the others, each operation from another one. */
  String replica(Route route, int turnIndex, long salt) {
    return route.replicas().get(first(route, turnIndex, salt));
  }

  /** All replicas, in the order in which to ask them. */
  List<String> replicas(Route route, int turnIndex, long salt) {
    int from = first(route, turnIndex, salt);
    List<String> replicas = route.replicas();
    List<String> order = new ArrayList<>(replicas.size());
    order.addAll(replicas.subList(from, replicas.size()));
    order.addAll(replicas.subList(0, from));
    return order;
  }

  private int first(Route route, int turnIndex, long salt) {
    List<String> replicas = route.replicas();
    if (replicas.isEmpty()) {
      throw new UnavailableException(
          Reason.STALE_EPOCH, "the map names no node of " + route.partition());
    }
    NodeId preferred = options.preferred();
    String nearest = preferred == null ? null : addressOf(preferred);
    int from = nearest == null ? -1 : replicas.indexOf(nearest);
    if (from < 0) {
      from = (int) Long.remainderUnsigned(salt, replicas.size());
    }
    return (from + turnIndex) % replicas.size();
  }

  /**
   * A node that was asked as the leader let the time-out pass. The others go on naming it until
   * they have elected another, and each time somebody followed them it would cost a time-out.
   */
  void silentAsLeader(PartitionId partition, String address) {
    silences.put(partition, new Silence(address, world.nanoTime() + SILENCE_NANOS));
    leaders.remove(partition, address);
  }

  /** A node answered as the leader. */
  void answeredAsLeader(PartitionId partition, String address) {
    if (!silences.isEmpty()) {
      silences.remove(partition);
    }
    if (!address.equals(leaders.get(partition))) {
      leaders.put(partition, address);
    }
  }

  /** A node that was asked as the leader did not answer as one. */
  void failedAsLeader(PartitionId partition, String address, StoreException failure) {
    NodeId hint = failure instanceof UnavailableException u ? u.leaderHint() : null;
    String hinted = hint == null ? null : addressOf(hint);
    if (hinted != null && !hinted.equals(address) && !isSilent(partition, hinted)) {
      leaders.put(partition, hinted);
    } else if (failure.retry() != StoreException.Retry.NEVER
        && !(failure instanceof StoreException.ThrottledException)
        && !isOfOldMap(failure)) {
      leaders.remove(partition, address);
    }
  }

  /**
   * That says nothing about who leads. Without the newer map it may be a deposed leader who has the
   * old one.
   */
  private static boolean isOfOldMap(StoreException failure) {
    return failure instanceof UnavailableException u && u.newerMap() != null;
  }

  /** The last stamp heard of the partition, or {@code unknown}. */
  long stampMicros(PartitionId partition, long unknown) {
    Long stamp = stamps.get(partition);
    return stamp == null ? unknown : stamp;
  }

  void heard(PartitionId partition, Position position) {
    long stamp = position.stampMicros();
    if (stamp > 0) {
      Long known = stamps.get(partition);
      if (known == null || known < stamp) {
        stamps.merge(partition, stamp, Math::max);
      }
    }
  }
}
