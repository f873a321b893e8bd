package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.statemachine.spi.FaultHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
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
  private static final String FOUNDED = ".founded";
  private static final long ADD_TIMEOUT_SECONDS = 120;
  private static final int PULSES_PER_TIMEOUT = 5;

  private final ConsensusOptions options;
  private final Peer self;
  private final Path directory;
  private final GroupIds groupIds;
  private final BiFunction<ClusterMap.Partition, Path, Replica> newReplica;
  private final Function<Path, Optional<ClusterMap.Partition>> seedOf;
  private final FaultHandler faults;
  private final Executor questions = RaftQuestions.threads();
  private final AcknowledgedMarks marks = new AcknowledgedMarks();
  private final PeerConnections connections;
  private final ConsensusClock clock;
  private final Map<RaftGroupId, Replica> opening = new ConcurrentHashMap<>();
  private final AtomicLong nextCallId = new AtomicLong(1);
  private final Set<PartitionId> hosted = new HashSet<>();
  private final Map<NodeId, Peer> peers = new ConcurrentHashMap<>();
  private @Nullable Tombstones tombstones;
  private @Nullable RaftProperties properties;
  private @Nullable RaftServer server;

  /**
   * @param seedOf what a split made a state directory for
   * @param led the partitions whose groups this node leads
   */
  RaftHost(
      ConsensusOptions options,
      Peer self,
      Path directory,
      BiFunction<ClusterMap.Partition, Path, Replica> newReplica,
      Function<Path, Optional<ClusterMap.Partition>> seedOf,
      Supplier<Set<PartitionId>> led,
      ConsensusWorld world) {
    this.options = options;
    this.self = self;
    this.directory = directory;
    this.groupIds = new GroupIds(options.clusterId());
    this.newReplica = newReplica;
    this.seedOf = seedOf;
    this.faults = world.faults();
    this.clock = world.clock();
    this.connections =
        new PeerConnections(
            new Pulses(
                groupIds.ofNodes(),
                self.node(),
                new Hearing(options.electionTimeoutMin()),
                clock,
                led),
            options.electionTimeoutMin().dividedBy(PULSES_PER_TIMEOUT));
  }

  void start(List<ClusterMap.Partition> initial, List<Peer> allPeers) throws IOException {
    allPeers.forEach(peer -> peers.put(peer.node(), peer));
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
            .setParameters(
                FencedNettyRpc.parameters(
                    marks,
                    connections,
                    new VoteCalls(options.electionTimeoutMax(), connections::isConnected)))
            .build();
    RatisProperties.assertSafe(built.getProperties());
    Elections.requireKnown();
    properties = ofServer;
    server = built;
    built.start();
    for (ClusterMap.Partition partition : toStart(initial).values()) {
      open(partition);
    }
    found();
    connections.pulses().allReplicasOpen();
    connect();
  }

  /** From now on this node has what it has, and what it is told to have (replication.md C1). */
  private void found() throws IOException {
    if (!isFounded()) {
      Files.createFile(directory.resolve(FOUNDED));
      DurableFiles.sync(directory);
    }
  }

  /** Whether somebody has deleted a replica, but not all of it: it must not begin anew (C1). */
  private boolean hasTrace(PartitionId partition) {
    return Files.exists(directory.resolve(partition.toString())) || Files.exists(markOf(partition));
  }

  private boolean isFounded() {
    return Files.exists(directory.resolve(FOUNDED));
  }

  private void connect() {
    connections.start(
        peers.keySet().stream()
            .filter(node -> !node.equals(self.node()))
            .sorted()
            .map(RatisPeers::id)
            .toList());
  }

  /**
   * Connects to the members of a replica's group; of some this node may not have been told, and
   * Ratis has them on disk.
   */
  void connect(Replica replica) {
    RaftMember member = replica.member();
    if (member != null) {
      connections.start(member.others().stream().map(RatisPeers::id).toList());
    }
  }

  /** Nodes that are in the cluster by now, beside those known. */
  synchronized void learn(Collection<Peer> more) {
    RaftServer running = server;
    List<Peer> news =
        more.stream().filter(peer -> !peer.equals(peers.put(peer.node(), peer))).toList();
    if (running != null && !news.isEmpty()) {
      running.getServerRpc().addRaftPeers(news.stream().map(RatisPeers::of).toList());
      connect();
    }
  }

  NodeId node() {
    return self.node();
  }

  /** Null when nobody has told of this node. */
  @Nullable Peer peer(NodeId node) {
    return peers.get(node);
  }

  /** What is on disk and what is to be created, in the order of ids. */
  private Map<PartitionId, ClusterMap.Partition> toStart(List<ClusterMap.Partition> initial)
      throws IOException {
    Map<PartitionId, ClusterMap.Partition> all = new TreeMap<>();
    for (Path child : DurableFiles.children(directory)) {
      onDisk(child).ifPresent(found -> all.put(found.id(), found));
    }
    for (ClusterMap.Partition partition : initial) {
      boolean isHere = all.containsKey(partition.id());
      boolean isDue = !isFounded() || hasTrace(partition.id());
      if (isHere || (isDue && !hasLeft(partition.id(), partition.epoch()))) {
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
          : Optional.of(
              new ClusterMap.Partition(partition, 0, KeyRange.ALL, JoinedMembers.read(child)));
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
   * The epoch at which this node's replica joined its group; less than any when it was among the
   * first, or born of a split.
   */
  long joinedAt(PartitionId partition) throws IOException {
    JoinedFile joined = JoinedFile.of(directory.resolve(partition.toString()));
    return joined == null ? Long.MIN_VALUE : joined.epoch();
  }

  synchronized boolean isHosted(PartitionId partition) {
    return hosted.contains(partition);
  }

  /**
   * Joins a group as a listener, without any state, unless this node has a replica.
   *
   * @param partition with the group's voters, this node not among them
   * @param epoch at which it joins
   * @return false if a replica of this epoch, or of a later one, has left this node
   */
  synchronized boolean addListener(ClusterMap.Partition partition, long epoch) throws IOException {
    if (hosted.contains(partition.id())) {
      return true;
    }
    if (hasLeft(partition.id(), epoch)) {
      return false;
    }
    Path home = directory.resolve(partition.id().toString());
    Files.createDirectories(home);
    new JoinedFile(epoch, partition.replicas().stream().map(this::known).toList()).write(home);
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
    close(running, partition);
    erase(known, partition);
  }

  private void close(RaftServer running, PartitionId partition) throws IOException {
    if (hosted.contains(partition)) {
      GroupManagementRequest request =
          GroupManagementRequest.newRemove(
              ClientId.randomId(),
              running.getId(),
              nextCallId.getAndIncrement(),
              groupIds.of(partition),
              false, // we delete it ourselves: Ratis goes on when it cannot, and tells nobody
              false);
      await(running, request, partition);
      hosted.remove(partition);
    }
  }

  /** Opens a replica anew, with what it has on disk. Nobody must use it any more. */
  synchronized void reopen(PartitionId partition) throws IOException {
    RaftServer running = server;
    if (running == null || !hosted.contains(partition)) {
      return;
    }
    close(running, partition);
    open(new ClusterMap.Partition(partition, 0, KeyRange.ALL, List.of()));
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
    JoinedMembers.write(home, partition.replicas());
    DurableFiles.sync(home);
    DurableFiles.sync(directory);
    RaftGroupId groupId = groupIds.of(partition.id());
    AcknowledgedMark mark = marks.open(groupId, markOf(partition.id()));
    audit(partition, home, raft.resolve(groupId.getUuid().toString()), mark);
    Replica replica = newReplica.apply(partition, home);
    replica.machine().keep(mark);
    opening.put(groupId, replica);
    RatisProperties.useStorage(ofServer, raft.toFile());
    RaftGroup group = RaftGroup.valueOf(groupId, members(partition, JoinedFile.of(home)));
    GroupManagementRequest request =
        GroupManagementRequest.newAdd(
            ClientId.randomId(),
            running.getId(),
            nextCallId.getAndIncrement(),
            group,
            false); // recover what is there, format what is not
    await(running, request, partition.id());
    replica.attach(
        new RaftMember(
            running,
            running.getDivision(groupId),
            () -> marks.isExpelled(groupId),
            () -> !mark.voteWithheld(),
            new Candidacy(
                partition.id(), options.electionTimeoutMin(), options.electionTimeoutMax()),
            connections.pulses().hearing(),
            clock,
            questions));
    opening.remove(groupId);
    connect(replica);
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
    return connections.connected();
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

  /** What a configuration on disk replaces, once there is one. */
  private List<RaftPeer> members(ClusterMap.Partition partition, @Nullable JoinedFile joined) {
    if (joined == null) {
      return partition.replicas().stream().map(this::known).map(RatisPeers::of).toList();
    }
    List<RaftPeer> members = new ArrayList<>();
    joined.members().forEach(member -> members.add(RatisPeers.of(member)));
    members.add(
        RatisPeers.listener(self)); // never empty: who is in no group at all cannot vote later
    return members;
  }

  private Peer known(NodeId node) {
    Peer peer = peers.get(node);
    if (peer == null) {
      throw new IllegalArgumentException("no address of node " + node);
    }
    return peer;
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
