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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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

/** The Raft server of a node, and the groups it takes part in. */
final class RaftHost implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RaftHost.class);
  private static final long ADD_TIMEOUT_SECONDS = 120;
  private static final int PULSES_PER_TIMEOUT = 5;

  /** Each costs threads and memory, and whoever asks may ask for many. */
  private static final int EXPECTED_COUNT_MAX = 8;

  /** The replicas of a node. */
  interface Residents {
    /** Makes a replica, which nobody sees yet. */
    Replica create(ClusterMap.Partition partition, Path home);

    /** The replica is about to have a say in its group. */
    void joining(Replica replica);

    /** It has a say, though perhaps no state yet. */
    void joined(Replica replica);

    /** It may be seen. */
    void moveIn(Replica replica);
  }

  /** A replica whose group is open before the split that it is to be born of. */
  private record Unborn(ClusterMap.Partition partition, Replica replica) {}

  private final ConsensusOptions options;
  private final Peer self;
  private final ReplicaHomes homes;
  private final GroupIds groupIds;
  private final Residents residents;
  private final FaultHandler faults;
  private final Executor questions = RaftQuestions.threads();
  private final AcknowledgedMarks marks = new AcknowledgedMarks();
  private final UnbornGroups unborn = new UnbornGroups();
  private final Quarantine quarantine = new Quarantine();
  private final PeerConnections connections;
  private final ConsensusClock clock;
  private final ClusterTime time;
  private final Map<RaftGroupId, Replica> opening = new ConcurrentHashMap<>();
  private final AtomicLong nextCallId = new AtomicLong(1);
  private final Set<PartitionId> hosted = new HashSet<>();
  private final Map<PartitionId, Unborn> expected = new HashMap<>();
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
      Residents residents,
      Function<Path, Optional<ClusterMap.Partition>> seedOf,
      Supplier<Set<PartitionId>> led,
      ConsensusWorld world) {
    this.options = options;
    this.self = self;
    this.groupIds = new GroupIds(options.clusterId());
    this.homes = new ReplicaHomes(directory, groupIds, seedOf);
    this.residents = residents;
    this.faults = world.faults();
    this.clock = world.clock();
    this.time = world.time();
    this.connections =
        new PeerConnections(
            new Pulses(
                groupIds.ofNodes(),
                self.node(),
                new Hearing(options.electionTimeoutMin()),
                clock,
                time,
                led),
            options.electionTimeoutMin().dividedBy(PULSES_PER_TIMEOUT));
  }

  void start(List<ClusterMap.Partition> initial, List<Peer> allPeers) throws IOException {
    allPeers.forEach(peer -> peers.put(peer.node(), peer));
    time.nodes(peers.keySet());
    Tombstones known = homes.open();
    tombstones = known;
    for (PartitionId unfinished : known.unfinished()) {
      erase(known, unfinished);
    }
    String listen =
        options.listenAddress().isEmpty() ? self.raftAddress() : options.listenAddress();
    int colon = listen.lastIndexOf(':');
    RaftProperties ofServer =
        RatisProperties.of(
            options,
            listen.substring(0, colon),
            Integer.parseInt(listen.substring(colon + 1)),
            homes.empty().toFile(), // Ratis finds no group by itself: see add
            homes.removed().toFile());
    RaftServer built =
        RaftServer.newBuilder()
            .setServerId(RatisPeers.id(self.node()))
            .setStateMachineRegistry(this::machine)
            .setProperties(ofServer)
            .setParameters(
                FencedNettyRpc.parameters(
                    marks,
                    unborn,
                    connections,
                    new VoteCalls(options.electionTimeoutMax(), connections::isConnected)))
            .build();
    RatisProperties.assertSafe(built.getProperties());
    Elections.requireKnown();
    properties = ofServer;
    server = built;
    built.start();
    for (ClusterMap.Partition partition : homes.toStart(initial, this::hasLeft)) {
      open(partition);
    }
    homes.found();
    connections.pulses().allReplicasOpen();
    connect();
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

  /** The nodes that are in the cluster by now; others stay known. */
  synchronized void learn(Collection<Peer> more) {
    if (!more.isEmpty()) { // else there is no map yet
      time.nodes(more.stream().map(Peer::node).collect(Collectors.toUnmodifiableSet()));
    }
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

  /**
   * Opens the group of a child that may be born, unless there is something of it here. It has no
   * say until {@link #add} finds its seed.
   */
  synchronized void expect(ClusterMap.Partition child) throws IOException {
    RaftServer running = server;
    RaftProperties ofServer = properties;
    Path home = homes.of(child.id());
    if (running == null
        || ofServer == null
        || expected.size() >= EXPECTED_COUNT_MAX
        || hosted.contains(child.id())
        || hasEverLeft(child.id())
        || !peers.keySet().containsAll(child.replicas())
        || Files.exists(home)) {
      return;
    }
    Files.createDirectories(home);
    unborn.add(groupIds.of(child.id()), home);
    Replica replica = residents.create(child, home);
    replica.machine().expectBirth();
    expected.put(child.id(), new Unborn(child, replica));
    try {
      join(running, ofServer, child, replica);
    } catch (IOException | RuntimeException e) { // it may come alive yet: a start throws it away
      throw faults.fault("partition=" + child.id() + " cannot open its group", e);
    }
  }

  /** Ends what {@link #expect} has begun, unless it was born. */
  synchronized void expectNoMore(PartitionId child) throws IOException {
    RaftServer running = server;
    Unborn gone = expected.remove(child);
    if (running != null && gone != null) {
      gone.replica().leave();
      gone.replica().machine().expectNoMore();
      RaftGroupId group = groupIds.of(child);
      removeGroup(running, child);
      marks.forget(group, homes.mark(child));
      Path home = homes.of(child);
      DurableFiles.delete(ReplicaHomes.raft(home)); // and not home: the seed may be on its way
      unborn.gone(group, home);
    }
  }

  /** Whether the group was open, and has a say now. */
  private boolean isBorn(ClusterMap.Partition child) throws IOException {
    Unborn waiting = expected.get(child.id());
    Path home = homes.of(child.id());
    if (waiting == null || !waiting.partition().equals(child) || !StateDirectory.exists(home)) {
      return false;
    }
    expected.remove(child.id());
    Replica replica = waiting.replica();
    RaftGroupId group = groupIds.of(child.id());
    residents.joining(replica);
    unborn.born(group, home);
    residents.joined(replica); // an election takes as long as opening the state
    replica.machine().born();
    residents.moveIn(replica);
    return true;
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
    JoinedFile joined = JoinedFile.of(homes.of(partition));
    return joined == null ? Long.MIN_VALUE : joined.epoch();
  }

  /** Whether a split has left a child's seed whose group is not open yet. */
  synchronized boolean isBeingBorn(PartitionId child) {
    return !hosted.contains(child) && StateDirectory.exists(homes.of(child));
  }

  synchronized boolean isHosted(PartitionId partition) {
    return hosted.contains(partition);
  }

  /** Whether there is a replica, be it a damaged one. */
  synchronized boolean isHere(PartitionId partition) {
    return hosted.contains(partition) || quarantine.holds(partition);
  }

  /**
   * Sets a damaged replica aside; {@link #shutOut} ends it. Any thread, any lock held.
   *
   * @param members of its group
   * @return false when this node is the only one
   */
  boolean setAside(PartitionId partition, Collection<NodeId> members, String reason) {
    if (members.stream().allMatch(self.node()::equals)) {
      return false;
    }
    unborn.silence(groupIds.of(partition));
    log.error(
        "partition={} DAMAGED, set aside to be rebuilt from the others: {}", partition, reason);
    try {
      quarantine.add(partition, homes.of(partition), reason);
    } catch (IOException e) {
      throw faults.fault("partition=" + partition + " cannot be set aside: " + reason, e);
    }
    return true;
  }

  /** Has Ratis forget a replica that was set aside, and that nobody uses any more. */
  synchronized void shutOut(PartitionId partition) {
    RaftServer running = server;
    hosted.remove(partition);
    if (running != null) {
      try {
        removeGroup(running, partition);
      } catch (IOException e) { // it was never opened, or has ended by itself for the same reason
        log.info("partition={} is closed already: {}", partition, e.toString());
      }
    }
  }

  /** The damaged replicas, and why they are. */
  Map<PartitionId, String> damaged() {
    return quarantine.all();
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
    if (quarantine.holds(partition.id())) { // of this epoch: it leaves by a committed change (C1)
      throw new IOException("the replica of " + partition.id() + " here is damaged");
    }
    if (hasLeft(partition.id(), epoch)) {
      return false;
    }
    expectNoMore(partition.id());
    Path home = homes.of(partition.id());
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
    expectNoMore(partition);
    close(running, partition);
    erase(known, partition);
  }

  private void close(RaftServer running, PartitionId partition) throws IOException {
    if (hosted.contains(partition)) {
      removeGroup(running, partition);
      hosted.remove(partition);
    }
  }

  private void removeGroup(RaftServer running, PartitionId partition) throws IOException {
    GroupManagementRequest request =
        GroupManagementRequest.newRemove(
            ClientId.randomId(),
            running.getId(),
            nextCallId.getAndIncrement(),
            groupIds.of(partition),
            false, // we delete it ourselves: Ratis goes on when it cannot, and tells nobody
            false);
    await(running, request, partition);
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
    DurableFiles.delete(homes.of(partition));
    quarantine.forget(partition);
    unborn.unsilence(groupIds.of(partition));
    marks.forget(groupIds.of(partition), homes.mark(partition));
    known.gone(partition);
  }

  /** One after the other: Ratis reads its storage directory as it adds a group. */
  private synchronized void open(ClusterMap.Partition partition) throws IOException {
    RaftServer running = server;
    RaftProperties ofServer = properties;
    if (running == null || ofServer == null) {
      throw new IOException("the Raft server is not running");
    }
    if (hosted.contains(partition.id())
        || quarantine.holds(partition.id(), homes.of(partition.id()))) {
      return;
    }
    try {
      if (!isBorn(partition)) {
        expectNoMore(partition.id());
        Replica replica = residents.create(partition, homes.of(partition.id()));
        residents.joining(replica);
        residents.moveIn(replica);
        join(running, ofServer, partition, replica);
        residents.joined(replica);
      }
      hosted.add(partition.id());
    } catch (IOException | RuntimeException e) {
      if (!quarantine.holds(partition.id())) {
        throw e;
      }
      opening.remove(groupIds.of(partition.id()));
    }
  }

  private void join(
      RaftServer running, RaftProperties ofServer, ClusterMap.Partition partition, Replica replica)
      throws IOException {
    Path home = homes.of(partition.id());
    Path raft = ReplicaHomes.raft(home);
    Files.createDirectories(raft);
    JoinedMembers.write(home, partition.replicas());
    homes.sync(home);
    RaftGroupId groupId = groupIds.of(partition.id());
    AcknowledgedMark mark = audited(partition, replica);
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
            () -> !mark.voteWithheld() && !time.isAstray(),
            new Candidacy(
                partition.id(), options.electionTimeoutMin(), options.electionTimeoutMax()),
            connections.pulses().hearing(),
            clock,
            questions));
    opening.remove(groupId);
    connect(replica);
  }

  /** C1: Ratis would go on with a log that has lost what was acknowledged. */
  private AcknowledgedMark audited(ClusterMap.Partition partition, Replica replica) {
    RaftGroupId groupId = groupIds.of(partition.id());
    Path home = homes.of(partition.id());
    Path group = ReplicaHomes.raft(home).resolve(groupId.getUuid().toString());
    try {
      AcknowledgedMark mark = marks.open(groupId, homes.mark(partition.id()));
      new LogAudit(home, group, mark).check(partition.replicas().size());
      return mark;
    } catch (IOException e) {
      throw replica.faults().fault("partition=" + partition.id() + " cannot open its Raft log", e);
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

  private synchronized void stopExpecting() {
    for (Unborn waiting : expected.values()) {
      waiting.replica().stop();
      waiting.replica().machine().expectNoMore();
    }
    expected.clear();
    server = null; // nothing is opened any more
  }

  @Override
  public void close() {
    connections.close();
    RaftServer running = server;
    if (running == null) {
      return;
    }
    stopExpecting();
    try {
      running.close();
    } catch (IOException e) {
      log.warn("the Raft server did not stop cleanly: {}", e.toString());
    }
  }
}
