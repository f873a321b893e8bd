package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.statemachine.spi.FaultHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Raft server of a node, and the groups it takes part in. */
final class RaftHost implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RaftHost.class);
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
  private final PeerBook peers;
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
  private final GroupCalls groups = new GroupCalls();
  private final Set<PartitionId> hosted = new HashSet<>();
  private final Map<PartitionId, Unborn> expected = new HashMap<>();
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
    this.peers = new PeerBook(self);
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
    peers.learn(allPeers);
    time.nodes(peers.nodes());
    Tombstones known = homes.open();
    tombstones = known;
    for (PartitionId unfinished : known.unfinished()) {
      erase(known, unfinished);
    }
    Peer self = peers.self();
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
    connections.start(peers.others().stream().map(RatisPeers::id).toList());
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
    List<Peer> news = peers.learn(more);
    if (running != null && !news.isEmpty()) {
      running.getServerRpc().addRaftPeers(news.stream().map(RatisPeers::of).toList());
      connect();
    }
  }

  NodeId node() {
    return peers.self().node();
  }

  /** The nodes that this one knows. */
  PeerBook peers() {
    return peers;
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
        || !peers.nodes().containsAll(child.replicas())
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
      gone.replica().ending().leave();
      gone.replica().machine().expectNoMore();
      RaftGroupId group = groupIds.of(child);
      groups.remove(running, group);
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
    if (members.stream().allMatch(node()::equals)) {
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
        groups.remove(running, groupIds.of(partition));
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
    new JoinedFile(epoch, partition.replicas().stream().map(peers::known).toList()).write(home);
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
      groups.remove(running, groupIds.of(partition));
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
    groups.add(running, RaftGroup.valueOf(groupId, peers.members(partition, JoinedFile.of(home))));
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

  private ReplicaStateMachine machine(RaftGroupId group) {
    Replica replica = opening.get(group);
    if (replica == null) {
      throw new IllegalStateException("unknown group " + group);
    }
    return replica.machine();
  }

  private synchronized void stopExpecting() {
    for (Unborn waiting : expected.values()) {
      waiting.replica().ending().stop();
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
