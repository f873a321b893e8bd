package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.statemachine.spi.FaultHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Raft server of a node and the directories of its groups: {@code <partition>/raft} is Ratis's,
 * {@code <partition>/state} is ours.
 */
final class RaftHost implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RaftHost.class);
  private static final String RAFT = "raft";
  private static final String EMPTY = ".none";
  private static final String REMOVED = ".removed";
  private static final String ACKNOWLEDGED = ".acknowledged";
  private static final long ADD_TIMEOUT_SECONDS = 120;

  private final ConsensusOptions options;
  private final Peer self;
  private final Path directory;
  private final GroupIds groupIds;
  private final BiFunction<ClusterMap.Partition, Path, Replica> newReplica;
  private final Function<Path, Optional<ClusterMap.Partition>> seedOf;
  private final FaultHandler faults;
  private final AcknowledgedMarks marks = new AcknowledgedMarks();
  private final PeerConnections connections = new PeerConnections();
  private final Map<RaftGroupId, Replica> opening = new ConcurrentHashMap<>();
  private final AtomicLong nextCallId = new AtomicLong(1);
  private final Set<PartitionId> hosted = new HashSet<>();
  private List<Peer> peers = List.of();
  private @Nullable Tombstones tombstones;
  private @Nullable RaftProperties properties;
  private @Nullable RaftServer server;

  /**
   * @param seedOf what a split made a state directory for
   */
  RaftHost(
      ConsensusOptions options,
      Peer self,
      Path directory,
      BiFunction<ClusterMap.Partition, Path, Replica> newReplica,
      Function<Path, Optional<ClusterMap.Partition>> seedOf,
      FaultHandler faults) {
    this.options = options;
    this.self = self;
    this.directory = directory;
    this.groupIds = new GroupIds(options.clusterId());
    this.newReplica = newReplica;
    this.seedOf = seedOf;
    this.faults = faults;
  }

  void start(List<ClusterMap.Partition> initial, List<Peer> allPeers) throws IOException {
    peers = List.copyOf(allPeers);
    Files.createDirectories(directory.resolve(EMPTY));
    Tombstones known = Tombstones.in(directory);
    tombstones = known;
    for (PartitionId unfinished : known.unfinished()) {
      erase(known, unfinished);
    }
    int colon = self.raftAddress().lastIndexOf(':');
    RaftProperties ofServer =
        RatisProperties.of(
            options,
            self.raftAddress().substring(0, colon),
            Integer.parseInt(self.raftAddress().substring(colon + 1)),
            directory.resolve(EMPTY).toFile(), // Ratis finds no group by itself: see add
            directory.resolve(REMOVED).toFile());
    RaftServer built =
        RaftServer.newBuilder()
            .setServerId(RatisPeers.id(self.node()))
            .setStateMachineRegistry(this::machine)
            .setProperties(ofServer)
            .setParameters(FencedNettyRpc.parameters(marks, connections))
            .build();
    RatisProperties.assertSafe(built.getProperties());
    properties = ofServer;
    server = built;
    built.start();
    for (ClusterMap.Partition partition : toStart(initial).values()) {
      open(partition);
    }
    connections.start(
        peers.stream()
            .map(Peer::node)
            .filter(node -> !node.equals(self.node()))
            .map(RatisPeers::id)
            .toList());
  }

  /** What is on disk and what is to be created, in the order of ids. */
  private Map<PartitionId, ClusterMap.Partition> toStart(List<ClusterMap.Partition> initial)
      throws IOException {
    Map<PartitionId, ClusterMap.Partition> all = new TreeMap<>();
    for (Path child : DurableFiles.children(directory)) {
      onDisk(child).ifPresent(found -> all.put(found.id(), found));
    }
    for (ClusterMap.Partition partition : initial) {
      if (all.containsKey(partition.id()) || !hasLeft(partition.id(), partition.epoch())) {
        all.put(partition.id(), partition);
      }
    }
    return all;
  }

  private Optional<ClusterMap.Partition> onDisk(Path child) throws IOException {
    // S2: what a split has left; its members are the group's until the log says otherwise
    Optional<ClusterMap.Partition> seed = seedOf.apply(StateDirectory.pending(child));
    for (Path group : DurableFiles.children(child.resolve(RAFT))) {
      RaftGroupId id;
      try {
        id = RaftGroupId.valueOf(UUID.fromString(String.valueOf(group.getFileName())));
      } catch (IllegalArgumentException e) {
        continue;
      }
      PartitionId partition = groupIds.partition(id);
      if (!groupIds.of(partition).equals(id)) {
        throw new IOException(
            group + " belongs to another cluster than '" + options.clusterId() + "'");
      }
      return seed.isPresent()
          ? seed
          // The state and Ratis's configuration on disk say the rest.
          : Optional.of(new ClusterMap.Partition(partition, 0, KeyRange.ALL, List.of()));
    }
    return seed;
  }

  /** Whether there is a Raft group in a replica's directory. */
  static boolean hasReplica(Path home) {
    return Files.exists(home.resolve(RAFT));
  }

  /** Whether a replica of that epoch has left this node for ever (S2, C1). */
  boolean hasLeft(PartitionId partition, long epoch) {
    Tombstones known = tombstones;
    return known != null && known.forbids(partition, epoch);
  }

  /** Whether a replica of the partition ever left this node. */
  boolean hasEverLeft(PartitionId partition) {
    Tombstones known = tombstones;
    return known != null && known.knows(partition);
  }

  /**
   * Opens a replica, unless it is open, and joins its group.
   *
   * @return false if a replica of this epoch, or of a later one, has left this node
   */
  synchronized boolean add(ClusterMap.Partition partition) throws IOException {
    if (!hosted.contains(partition.id()) && hasLeft(partition.id(), partition.epoch())) {
      return false;
    }
    open(partition);
    return true;
  }

  /**
   * Closes a replica and deletes what it has on disk: log, vote, state and mark. What is left is
   * its tombstone: this node never has a replica of that epoch again. Idempotent; what a crash
   * interrupts the next start finishes. Whoever uses the replica must have stopped.
   *
   * @param epoch of the change that removed it: what created it was earlier
   */
  synchronized void remove(PartitionId partition, long epoch) throws IOException {
    RaftServer running = server;
    Tombstones known = tombstones;
    if (running == null || known == null) {
      throw new IOException("the Raft server is not running");
    }
    known.leaving(partition, epoch); // before anything else: see Tombstones
    RaftGroupId groupId = groupIds.of(partition);
    if (hosted.contains(partition)) {
      GroupManagementRequest request =
          GroupManagementRequest.newRemove(
              ClientId.randomId(),
              running.getId(),
              nextCallId.getAndIncrement(),
              groupId,
              false, // we delete it ourselves: Ratis goes on when it cannot, and tells nobody
              false);
      await(running, request, partition);
      hosted.remove(partition);
    }
    erase(known, partition);
  }

  private void erase(Tombstones known, PartitionId partition) throws IOException {
    DurableFiles.delete(directory.resolve(partition.toString()));
    marks.forget(groupIds.of(partition), markOf(partition));
    known.gone(partition);
  }

  private Path markOf(PartitionId partition) {
    return directory.resolve(ACKNOWLEDGED).resolve(partition.toString());
  }

  /** One after the other: Ratis reads its storage directory as it adds a group. */
  private synchronized void open(ClusterMap.Partition partition) throws IOException {
    RaftServer running = server;
    RaftProperties ofServer = properties;
    if (running == null || ofServer == null) {
      throw new IOException("the Raft server is not running");
    }
    if (hosted.contains(partition.id())) {
      return;
    }
    join(running, ofServer, partition);
    hosted.add(partition.id());
  }

  private void join(RaftServer running, RaftProperties ofServer, ClusterMap.Partition partition)
      throws IOException {
    Path home = directory.resolve(partition.id().toString());
    Path raft = home.resolve(RAFT);
    Files.createDirectories(raft);
    DurableFiles.sync(home);
    DurableFiles.sync(directory);
    RaftGroupId groupId = groupIds.of(partition.id());
    AcknowledgedMark mark = marks.open(groupId, markOf(partition.id()));
    audit(partition, home, raft.resolve(groupId.getUuid().toString()), mark);
    Replica replica = newReplica.apply(partition, home);
    replica.machine().keep(mark);
    opening.put(groupId, replica);
    RatisProperties.useStorage(ofServer, raft.toFile());
    RaftGroup group = RaftGroup.valueOf(groupId, members(partition));
    GroupManagementRequest request =
        GroupManagementRequest.newAdd(
            ClientId.randomId(),
            running.getId(),
            nextCallId.getAndIncrement(),
            group,
            false); // recover what is there, format what is not
    await(running, request, partition.id());
    replica.attach(new RaftMember(running, running.getDivision(groupId)));
    opening.remove(groupId);
  }

  /** C1: Ratis would go on with a log that has lost what was acknowledged. */
  private void audit(ClusterMap.Partition partition, Path home, Path group, AcknowledgedMark mark) {
    try {
      new LogAudit(home, group, mark).check(partition.replicas().size());
    } catch (IOException e) {
      throw faults.fault("partition=" + partition.id() + " cannot open its Raft log", e);
    }
  }

  /** The peers that this node has a Raft connection to. */
  Set<NodeId> connected() {
    return connections.open();
  }

  /** Makes what was acknowledged known after a power failure, too. */
  void syncMarks() {
    marks.sync();
  }

  private static void await(
      RaftServer running, GroupManagementRequest request, PartitionId partition)
      throws IOException {
    try {
      RaftClientReply reply =
          running.groupManagementAsync(request).get(ADD_TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (!reply.isSuccess()) {
        throw new IOException("cannot start or stop " + partition, reply.getException());
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("cannot start or stop " + partition, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while starting or stopping " + partition, e);
    }
  }

  private List<RaftPeer> members(ClusterMap.Partition partition) {
    Map<NodeId, Peer> known = new HashMap<>();
    peers.forEach(peer -> known.put(peer.node(), peer));
    return partition.replicas().stream()
        .map(
            node -> {
              Peer peer = known.get(node);
              if (peer == null) {
                throw new IllegalArgumentException("no address of node " + node);
              }
              return RatisPeers.of(peer);
            })
        .toList();
  }

  private ReplicaStateMachine machine(RaftGroupId group) {
    Replica replica = opening.get(group);
    if (replica == null) {
      throw new IllegalStateException("unknown group " + group);
    }
    return replica.machine();
  }

  @Override
  public void close() {
    connections.close();
    RaftServer running = server;
    if (running == null) {
      return;
    }
    try {
      running.close();
    } catch (IOException e) {
      log.warn("the Raft server did not stop cleanly: {}", e.toString());
    }
  }
}
