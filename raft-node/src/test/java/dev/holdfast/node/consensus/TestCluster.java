package dev.holdfast.node.consensus;

import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import dev.holdfast.statemachine.spi.StateMachineFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Three nodes in this process, over real sockets and files. */
final class TestCluster implements AutoCloseable {
  static final PartitionId P1 = new PartitionId(1);
  static final long EPOCH = 7;
  static final Duration CLOCK_OFFSET_MAX = Duration.ofMillis(500);
  private static final long TIMEOUT_MILLIS = 10_000;
  private static final AtomicLong REQUEST_IDS = new AtomicLong();
  static final TableRef TABLE = new TableRef(new TableId(1), 1);

  private final Path directory;
  private final ConsensusOptions options;
  private final StateMachineFactory states;
  private final List<ClusterMap.Partition> partitions = new ArrayList<>();
  private final List<Peer> peers = new ArrayList<>();
  private final Map<NodeId, Consensus> nodes = new ConcurrentHashMap<>();
  private final Map<NodeId, ScheduledExecutorService> executors = new ConcurrentHashMap<>();
  private MoveRecords records = MoveRecords.NONE;
  private final Map<NodeId, ConsensusClock> clocks = new ConcurrentHashMap<>();
  private final List<String> faults = new java.util.concurrent.CopyOnWriteArrayList<>();

  TestCluster(
      Path directory, int partitionCount, Consumer<TestOptions> adjust, StateMachineFactory states)
      throws IOException {
    this(directory, partitionCount, adjust, states, 3);
  }

  /**
   * @param nodeCount the first three of them hold the partitions
   */
  TestCluster(
      Path directory,
      int partitionCount,
      Consumer<TestOptions> adjust,
      StateMachineFactory states,
      int nodeCount)
      throws IOException {
    this.states = states;
    this.directory = directory;
    TestOptions adjusted = new TestOptions();
    adjust.accept(adjusted);
    this.options = adjusted.build();
    for (int i = 1; i <= nodeCount; i++) {
      peers.add(new Peer(new NodeId("n" + i), "127.0.0.1:" + FreePorts.next()));
    }
    List<NodeId> ids = peers.stream().map(Peer::node).limit(3).toList();
    for (int p = 1; p <= partitionCount; p++) {
      partitions.add(new ClusterMap.Partition(new PartitionId(p), EPOCH, KeyRange.ALL, ids));
    }
  }

  static TestCluster started(Path directory, int partitionCount) throws IOException {
    return started(directory, partitionCount, options -> {});
  }

  static TestCluster started(Path directory, int partitionCount, Consumer<TestOptions> adjust)
      throws IOException {
    return started(directory, partitionCount, adjust, MapStateMachine::new);
  }

  static TestCluster started(
      Path directory, int partitionCount, Consumer<TestOptions> adjust, StateMachineFactory states)
      throws IOException {
    TestCluster cluster = new TestCluster(directory, partitionCount, adjust, states);
    cluster.startAll();
    return cluster;
  }

  /** What a node that is started from now on goes by; else by the clocks of this machine. */
  void setClock(NodeId node, ConsensusClock clock) {
    clocks.put(node, clock);
  }

  /** What nodes that are started from now on find on record. */
  void keep(MoveRecords known) {
    records = known;
  }

  void startAll() throws IOException {
    for (Peer peer : peers) {
      start(peer.node());
    }
    await("all partitions served", () -> nodes().stream().allMatch(n -> n.status().ready()));
  }

  Consensus start(NodeId node) throws IOException {
    ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(2);
    executor.setRemoveOnCancelPolicy(true);
    ConsensusClock clock = clocks.getOrDefault(node, ConsensusClock.system());
    Consensus consensus =
        new Consensus(
            options,
            peers.stream().filter(peer -> peer.node().equals(node)).findFirst().orElseThrow(),
            directory.resolve(node.name()),
            new StateMachineFactories(states, states),
            this::link,
            new ConsensusWorld(
                clock,
                new ClusterTime(node, CLOCK_OFFSET_MAX, clock),
                executor,
                (message, cause) -> {
                  faults.add(node + ": " + message + ": " + cause);
                  return new IllegalStateException(message, cause);
                },
                new ConsensusListener() {},
                Transactions.NONE));
    consensus.ask(records);
    consensus.start(partitions, peers);
    nodes.put(node, consensus);
    executors.put(node, executor);
    return consensus;
  }

  String raftAddress(NodeId node) {
    return peers.stream()
        .filter(peer -> peer.node().equals(node))
        .map(Peer::raftAddress)
        .findFirst()
        .orElseThrow();
  }

  NodeLink link(NodeId to) {
    return request -> {
      Consensus node = nodes.get(to);
      return node == null
          ? CompletableFuture.failedFuture(new IllegalStateException(to + " is down"))
          : node.ask(request);
    };
  }

  /** Without handing anything over. */
  void kill(NodeId node) {
    remove(node).halt();
    stopExecutor(node);
  }

  void stop(NodeId node) {
    remove(node).close();
    stopExecutor(node);
  }

  private Consensus remove(NodeId node) {
    Consensus consensus = nodes.remove(node);
    if (consensus == null) {
      throw new IllegalStateException(node + " is not running");
    }
    return consensus;
  }

  private void stopExecutor(NodeId node) {
    ScheduledExecutorService executor = executors.remove(node);
    if (executor != null) {
      executor.shutdownNow();
    }
  }

  List<Consensus> nodes() {
    return List.copyOf(new TreeMap<>(nodes).values());
  }

  Consensus node(NodeId id) {
    Consensus node = nodes.get(id);
    if (node == null) {
      throw new IllegalStateException(id + " is not running");
    }
    return node;
  }

  List<NodeId> running() {
    return nodes.keySet().stream().sorted().toList();
  }

  List<String> faults() {
    return List.copyOf(faults);
  }

  Path directory(NodeId node) {
    return directory.resolve(node.name());
  }

  NodeStatus.Replica replica(NodeId node, PartitionId partition) {
    return node(node).status().replicas().stream()
        .filter(replica -> replica.partition().equals(partition))
        .findFirst()
        .orElseThrow();
  }

  /** The node that leads with the highest term, if any does. */
  Optional<NodeId> leader(PartitionId partition) {
    return running().stream()
        .filter(node -> leads(node, partition))
        .max(java.util.Comparator.comparingLong(node -> replica(node, partition).term()));
  }

  private boolean leads(NodeId node, PartitionId partition) {
    return node(node).status().replicas().stream()
        .anyMatch(
            replica ->
                replica.partition().equals(partition) && replica.role() == NodeStatus.Role.LEADER);
  }

  NodeId awaitLeader(PartitionId partition) {
    await("a leader of " + partition, () -> leader(partition).isPresent());
    return leader(partition).orElseThrow();
  }

  static Item item(String key, String value) {
    return Item.of(Map.of("k", new AttributeValue.S(key), "v", new AttributeValue.S(value)));
  }

  static Proposal proposal(String key, String value) {
    return proposal(
        new Command.Put(TABLE, item(key, value), null, ReturnValues.NONE, ReturnOnFailure.NONE));
  }

  static Proposal proposal(Command command) {
    return new Proposal(
        new RequestId(1, REQUEST_IDS.incrementAndGet()), Proposal.STAMP_UNKNOWN, false, command);
  }

  /** Makes a partition of real state accept the items of these tests. */
  void installTable(PartitionId partition) {
    TableDescriptor table =
        new TableDescriptor(
            TABLE.id(),
            "things",
            TABLE.version(),
            TableStatus.ACTIVE,
            new KeySchema(new KeyAttribute("k", ScalarType.S), null),
            List.of(),
            TableDescriptor.BillingMode.PAY_PER_REQUEST,
            new TableDescriptor.Throughput(0, 0),
            false,
            new TreeMap<>(),
            0);
    Proposal install = proposal(new Command.InstallTable(table));
    answer(
        node(awaitLeader(partition))
            .ask(new NodeRequest.Write(partition, EPOCH, List.of(install), TIMEOUT_MILLIS)));
  }

  static NodeRequest.Write write(PartitionId partition, String key, String value) {
    return new NodeRequest.Write(partition, EPOCH, List.of(proposal(key, value)), TIMEOUT_MILLIS);
  }

  static NodeRequest.ReadFrom get(PartitionId partition, ReadMode mode, String key) {
    return new NodeRequest.ReadFrom(
        partition,
        EPOCH,
        mode,
        List.of(
            new Read.Get(TABLE, Item.of(Map.of("k", new AttributeValue.S(key))), Projection.ALL)),
        TIMEOUT_MILLIS);
  }

  /** Writes through whichever node leads, until it is acknowledged. */
  NodeReply.Written put(PartitionId partition, String key, String value) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
    while (true) {
      try {
        return (NodeReply.Written)
            answer(node(awaitLeader(partition)).ask(write(partition, key, value)));
      } catch (RuntimeException e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      }
    }
  }

  @Nullable String read(NodeId node, PartitionId partition, ReadMode mode, String key) {
    return value(answer(node(node).ask(get(partition, mode, key))));
  }

  /** Null also when the state does not know the table yet. */
  static @Nullable String value(NodeReply reply) {
    ReadResult result = ((NodeReply.ReadDone) reply).results().get(0);
    Item item = result instanceof ReadResult.Found found ? found.item() : null;
    return item == null ? null : MapStateMachine.text(item.attribute("v"));
  }

  static NodeReply answer(CompletableFuture<NodeReply> future) {
    try {
      return future.get(2 * TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!holds(condition)) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not in time: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  /** Unavailable means not yet: a node that was just started may not answer. */
  private static boolean holds(BooleanSupplier condition) {
    try {
      return condition.getAsBoolean();
    } catch (UnavailableException e) {
      return false;
    }
  }

  @Override
  public void close() {
    List<Thread> halting = new ArrayList<>(); // each waits for its own threads to end
    for (NodeId node : running()) {
      Thread thread = new Thread(() -> kill(node), "halt-" + node);
      thread.start();
      halting.add(thread);
    }
    for (Thread thread : halting) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
