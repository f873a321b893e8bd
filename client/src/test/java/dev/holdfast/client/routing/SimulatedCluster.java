package dev.holdfast.client.routing;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Nodes, network and time for a router, all in one thread and all from one seed. The nodes share
 * one {@link SimulatedStore}: replication is taken for granted, its faults are not.
 */
final class SimulatedCluster implements NodeLinks, RouterWorld {
  /** How often, of a thousand requests, something goes wrong. */
  record Faults(int unreachable, int lost, int answerLost, int slow, int throttled, int wrongHint) {
    static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0);
    static final Faults MANY = new Faults(40, 30, 40, 20, 40, 100);
  }

  private record Event(long time, long sequence, Runnable action) {}

  static final PartitionId FIRST = new PartitionId(1);

  final SimulatedStore store = new SimulatedStore();
  final List<NodeRequest> served = new ArrayList<>();
  private final Map<Integer, List<NodeRequest>> readsByNode = new HashMap<>();
  private final Random random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparing(Event::sequence));
  private final Map<PartitionId, Integer> leaders = new HashMap<>();
  private final int nodeCount;
  private ClusterMap map;
  private ClusterMap olderMap;
  private Faults faults = Faults.NONE;
  private @Nullable Function<NodeRequest, @Nullable StoreException> refusal;
  private final Map<Integer, NodeState> states = new HashMap<>();
  private long now = 1_000_000_000;
  private long sequence;
  private long networkNanos = 200_000;
  private boolean tellsNewerMaps;

  SimulatedCluster(long seed, int nodeCount) {
    this.random = new Random(seed);
    this.nodeCount = nodeCount;
    List<ClusterMap.Node> nodes = new ArrayList<>();
    List<NodeId> ids = new ArrayList<>();
    for (int i = 0; i < nodeCount; i++) {
      ids.add(new NodeId("n" + (i + 1)));
      nodes.add(new ClusterMap.Node(ids.get(i), "raft", address(i), "http", "admin"));
    }
    map = new ClusterMap(1, nodes, List.of(new ClusterMap.Partition(FIRST, 1, KeyRange.ALL, ids)));
    olderMap = map;
  }

  /** Nodes explain a refusal of what was sent with an old map. */
  void tellNewerMaps() {
    tellsNewerMaps = true;
  }

  void set(int node, NodeState state) {
    states.put(node, state);
  }

  static String address(int node) {
    return "node" + (node + 1) + ":8100";
  }

  Router router(RouterOptions options) {
    return new Router(options, List.of(address(0), address(nodeCount - 1)), this, this, NONE);
  }

  private static final RouterListener NONE = RouterListener.NONE;

  void suffer(Faults newFaults) {
    this.faults = newFaults;
  }

  /** Every request for which the function returns a failure fails with it. */
  void refuse(@Nullable Function<NodeRequest, @Nullable StoreException> newRefusal) {
    this.refusal = newRefusal;
  }

  void takeOnTheNetwork(Duration oneWay) {
    this.networkNanos = oneWay.toNanos();
  }

  int leader(PartitionId partition) {
    return leaders.getOrDefault(partition, 0);
  }

  void lead(PartitionId partition, int node) {
    leaders.put(partition, node);
  }

  /** Another node, at random, leads a partition, at random; sometimes the meta group. */
  void changeLeader() {
    int partition = random.nextInt(map.partitions().size() + 1);
    PartitionId id = partition == 0 ? PartitionId.META : map.partitions().get(partition - 1).id();
    lead(id, random.nextInt(nodeCount));
  }

  /** Splits the partition that holds the key, at the key. */
  void splitAt(Bytes key) {
    List<ClusterMap.Partition> partitions = new ArrayList<>();
    for (ClusterMap.Partition old : map.partitions()) {
      KeyRange range = old.range();
      if (!range.contains(key) || range.startInclusive().equals(key)) {
        partitions.add(old);
        continue;
      }
      PartitionId child = new PartitionId(map.partitions().size() + 1L);
      KeyRange left = new KeyRange(range.startInclusive(), key);
      KeyRange right = new KeyRange(key, range.endExclusive());
      partitions.add(new ClusterMap.Partition(old.id(), old.epoch() + 1, left, old.replicas()));
      partitions.add(new ClusterMap.Partition(child, old.epoch() + 1, right, old.replicas()));
      leaders.put(child, leader(old.id()));
    }
    olderMap = map;
    map = new ClusterMap(map.epoch() + 1, map.nodes(), partitions);
  }

  ClusterMap map() {
    return map;
  }

  /** The map as a follower of the meta group may still have it. */
  ClusterMap someMap() {
    return random.nextBoolean() ? olderMap : map;
  }

  /** The reads of items that a node was asked for. */
  List<NodeRequest> askedOf(int node) {
    return readsByNode.getOrDefault(node, List.of());
  }

  // --- time

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public long random() {
    return random.nextLong();
  }

  @Override
  public void after(Duration delay, Runnable task) {
    events.add(new Event(now + delay.toNanos(), sequence++, task));
  }

  private void afterNanos(long delay, Runnable task) {
    events.add(new Event(now + delay, sequence++, task));
  }

  /** Lets time pass until the future ends; fails when nothing is left that could end it. */
  <T> CompletableFuture<T> run(CompletableFuture<T> future) {
    while (!future.isDone()) {
      step();
    }
    return future;
  }

  void run(Duration time) {
    long end = now + time.toNanos();
    while (!events.isEmpty() && Objects.requireNonNull(events.peek()).time() <= end) {
      step();
    }
    now = end;
  }

  private void step() {
    Event next = Objects.requireNonNull(events.poll(), "nothing will ever happen again");
    now = Math.max(now, next.time());
    next.action().run();
  }

  // --- network

  @Override
  public NodeLink to(String rpcAddress) {
    for (int i = 0; i < nodeCount; i++) {
      if (address(i).equals(rpcAddress)) {
        int node = i;
        return request -> ask(node, request);
      }
    }
    throw new AssertionError("nobody lives at " + rpcAddress);
  }

  private CompletableFuture<NodeReply> ask(int node, NodeRequest request) {
    CompletableFuture<NodeReply> answer = new CompletableFuture<>();
    afterNanos(timeoutNanos(request), () -> answer.completeExceptionally(timedOut(request)));
    NodeState state = states.getOrDefault(node, NodeState.WORKS);
    if (state == NodeState.SILENT) {
      return answer;
    }
    if (state == NodeState.KILLED || happens(faults.unreachable())) {
      UnavailableException unreachable =
          new UnavailableException(Reason.UNREACHABLE, "no connection");
      afterNanos(jitter(), () -> answer.completeExceptionally(unreachable));
    } else if (!happens(faults.lost())) {
      long delay = happens(faults.slow()) ? random.nextLong(8_000_000_000L) : jitter();
      afterNanos(delay, () -> arrive(node, request, answer));
    }
    return answer;
  }

  private void arrive(int node, NodeRequest request, CompletableFuture<NodeReply> answer) {
    served.add(request);
    if (request instanceof NodeRequest.ReadFrom read && !read.partition().isMeta()) {
      readsByNode.computeIfAbsent(node, none -> new ArrayList<>()).add(request);
    }
    StoreException refused = refusal == null ? null : refusal.apply(request);
    if (states.get(node) == NodeState.STARTING) {
      refused = new UnavailableException(Reason.NOT_READY, "starting");
    }
    if (refused == null && happens(faults.throttled())) {
      refused = new StoreException.ThrottledException("busy");
    }
    if (refused != null) {
      reply(answer, null, refused);
      return;
    }
    try {
      if (request instanceof NodeRequest.Write write) {
        checkLeads(node, write.partition());
        checkEpoch(write.partition(), write.epoch());
        afterNanos(jitter(), () -> commit(node, write, answer));
      } else if (request instanceof NodeRequest.ReadFrom read) {
        if (read.mode().needsLeader()) {
          checkLeads(node, read.partition());
        }
        checkEpoch(read.partition(), read.epoch());
        reply(answer, store.read(this, read), null);
      }
    } catch (StoreException e) {
      reply(answer, null, e);
    }
  }

  /** Between being proposed and being applied the leader may change, or the partition split. */
  private void commit(int node, NodeRequest.Write write, CompletableFuture<NodeReply> answer) {
    if (leader(write.partition()) == node) {
      reply(answer, store.apply(this, write), null);
      return;
    }
    if (random.nextBoolean()) {
      store.apply(this, write);
    }
    reply(answer, null, new IndeterminateException("the leader changed", null));
  }

  private void reply(
      CompletableFuture<NodeReply> answer,
      @Nullable NodeReply reply,
      @Nullable StoreException failure) {
    if (happens(faults.answerLost())) {
      return;
    }
    afterNanos(
        jitter(),
        () -> {
          if (failure != null) {
            answer.completeExceptionally(failure);
          } else {
            answer.complete(reply);
          }
        });
  }

  private void checkLeads(int node, PartitionId partition) {
    int leader = leader(partition);
    if (leader != node) {
      int named = happens(faults.wrongHint()) ? random.nextInt(nodeCount) : leader;
      NodeId hint = named == node ? null : map.nodes().get(named).id();
      throw new UnavailableException(Reason.NOT_LEADER, "another node leads", hint);
    }
  }

  private void checkEpoch(PartitionId partition, long epoch) {
    if (partition.isMeta()) {
      return;
    }
    long current =
        map.partition(partition)
            .orElseThrow(() -> new UnavailableException(Reason.NOT_HOSTED, "no such partition"))
            .epoch();
    if (current != epoch) {
      UnavailableException refusal =
          new UnavailableException(Reason.STALE_EPOCH, "the epoch is " + current);
      throw tellsNewerMaps ? refusal.with(map) : refusal;
    }
  }

  private boolean happens(int perThousand) {
    return perThousand > 0 && random.nextInt(1000) < perThousand;
  }

  private long jitter() {
    return networkNanos + random.nextLong(networkNanos);
  }

  private static long timeoutNanos(NodeRequest request) {
    long millis =
        request instanceof NodeRequest.Write write
            ? write.timeoutMillis()
            : ((NodeRequest.ReadFrom) request).timeoutMillis();
    return millis * 1_000_000;
  }

  private static StoreException timedOut(NodeRequest request) {
    return request instanceof NodeRequest.Write
        ? new IndeterminateException("no answer", null)
        : new UnavailableException(Reason.NOT_READY, "no answer");
  }
}
