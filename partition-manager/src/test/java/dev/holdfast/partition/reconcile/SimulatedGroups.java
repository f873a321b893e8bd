package dev.holdfast.partition.reconcile;

import dev.holdfast.partition.map.InitialMap;
import dev.holdfast.partition.meta.MetaScript;
import dev.holdfast.protocol.command.MembershipChange;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.GroupState;
import dev.holdfast.protocol.model.Membership;
import dev.holdfast.protocol.model.MoveOperation;
import dev.holdfast.protocol.model.MoveStep;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The real meta group, and Raft groups that know their members: a change of members is taken when a
 * majority lives. Nodes die and come back, messages are late, doubled or lost, controllers die.
 * After every step the invariants of moves are checked.
 */
final class SimulatedGroups {
  /** A group as its log has made it. */
  private static final class Group {
    long epoch;
    List<NodeId> voters;
    List<NodeId> listeners = new ArrayList<>();
    NodeId leader;

    /** Node to the epoch its replica was made for; and whether that has been filled. */
    final TreeMap<NodeId, Long> hosted = new TreeMap<>();

    final TreeSet<NodeId> current = new TreeSet<>();

    Group(ClusterMap.Partition partition) {
      epoch = partition.epoch();
      voters = List.copyOf(partition.replicas());
      leader = voters.get(0);
      voters.forEach(node -> hosted.put(node, Long.MIN_VALUE));
      current.addAll(voters);
    }
  }

  final MetaScript meta = new MetaScript();
  int failPercent;
  private final Random random;
  private final BiFunction<MoveOperation, GroupState, MoveStep> rule;
  private final TreeMap<PartitionId, Group> groups = new TreeMap<>();
  private final TreeSet<NodeId> live = new TreeSet<>();
  private final List<Message<?>> underWay = new ArrayList<>();
  private final List<NodeId> nodes = new ArrayList<>();

  /**
   * @param rule what a leader does next; {@link MoveStep#next}, or a flawed one
   */
  SimulatedGroups(Random random, BiFunction<MoveOperation, GroupState, MoveStep> rule) {
    this.random = random;
    this.rule = rule;
    List<ClusterMap.Node> first = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      String id = "n" + i;
      nodes.add(new NodeId(id));
      ClusterMap.Node node =
          new ClusterMap.Node(new NodeId(id), id + ":1", id + ":2", id + ":3", id + ":4");
      if (i <= 3) {
        first.add(node);
      }
    }
    live.addAll(nodes);
    ClusterMap map = InitialMap.of(first, 2, 3);
    meta.apply(new MetaCommand.Bootstrap(map));
    map.partitions().forEach(each -> groups.put(each.id(), new Group(each)));
    groups.put(PartitionId.META, new Group(membership().meta()));
    for (int i = 4; i <= 5; i++) {
      String id = "n" + i;
      change(
          new MembershipChange.AddNode(
              new ClusterMap.Node(new NodeId(id), id + ":1", id + ":2", id + ":3", id + ":4"),
              "c"));
    }
  }

  private void change(MembershipChange change) {
    meta.apply(new MetaCommand.Membership(change));
  }

  ClusterMap map() {
    return ((ReadResult.Map) meta.read(new MetaRead.GetMap())).map();
  }

  Membership membership() {
    return Objects.requireNonNull(
        ((ReadResult.Members) meta.read(new MetaRead.GetMembership())).membership());
  }

  private ClusterMap.Partition decided(PartitionId id) {
    return id.isMeta() ? membership().meta() : map().partition(id).orElseThrow();
  }

  /** Begins or gives up a move, kills or revives a node, elects somebody; what is refused is. */
  void somethingHappens() {
    PartitionId id = List.copyOf(groups.keySet()).get(random.nextInt(groups.size()));
    NodeId node = nodes.get(random.nextInt(nodes.size()));
    NodeId other = nodes.get(random.nextInt(nodes.size()));
    switch (random.nextInt(6)) {
      case 0, 1 -> change(new MembershipChange.BeginMove(id, decided(id).epoch(), node, other));
      case 2 ->
          change(
              random.nextBoolean()
                  ? new MembershipChange.BeginMove(id, decided(id).epoch(), node, null)
                  : new MembershipChange.BeginMove(id, decided(id).epoch(), null, node));
      case 3 -> change(new MembershipChange.AbandonMove(id, decided(id).epoch()));
      case 4 -> die(node);
      default -> {
        live.add(node);
        Group group = Objects.requireNonNull(groups.get(id));
        group.leader = group.voters.get(random.nextInt(group.voters.size()));
      }
    }
  }

  /** No more than one at a time, so that groups can be made whole. */
  private void die(NodeId node) {
    live.addAll(nodes);
    live.remove(node);
  }

  void allLive() {
    live.addAll(nodes);
  }

  boolean step() {
    if (underWay.isEmpty()) {
      return false;
    }
    underWay.remove(random.nextInt(underWay.size())).arrive();
    checkMap();
    return true;
  }

  private void checkMap() {
    Membership membership = membership();
    for (PartitionId id : groups.keySet()) {
      long operations =
          membership.moves().stream().filter(move -> move.before().id().equals(id)).count();
      require(operations <= 1, "two moves of " + id);
      Group group = Objects.requireNonNull(groups.get(id));
      if (operations == 0) {
        require(
            Set.copyOf(group.voters).equals(Set.copyOf(decided(id).replicas())),
            id + " has voters " + group.voters + ", the map says " + decided(id));
        require(id.isMeta() || group.epoch == decided(id).epoch(), "epochs of " + id + " differ");
      }
      require(group.hosted.keySet().containsAll(group.voters), "a voter without a replica");
    }
  }

  /** A group takes new members: the invariants of one change. */
  private void setMembers(PartitionId id, Group group, List<NodeId> voters) {
    Set<NodeId> changed = new TreeSet<>(voters);
    changed.addAll(group.voters);
    Set<NodeId> both = new TreeSet<>(voters);
    both.retainAll(group.voters);
    require(changed.size() - both.size() <= 1, "majorities need not overlap");
    require(group.current.containsAll(voters), "a voter that lacks what was acknowledged");
    require(voters.size() >= 3, "fewer voters than replicas are wanted");
    boolean smaller = voters.size() < group.voters.size();
    require(
        !smaller || live(voters) >= live(decided(id).replicas()) || live.containsAll(voters),
        "fewer voters live than before the move");
    require(voters.contains(group.leader), "the leader removed itself");
    group.voters = List.copyOf(voters);
    group.listeners = new ArrayList<>();
  }

  private long live(List<NodeId> among) {
    return among.stream().filter(live::contains).count();
  }

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private MoveStep advance(MoveOperation move) {
    PartitionId id = move.before().id();
    if (membership().moves().stream().noneMatch(move::equals)) {
      throw new StoreException.UnavailableException(Reason.NOT_READY, "not on record");
    }
    Group group = Objects.requireNonNull(groups.get(id));
    long alive = group.voters.stream().filter(live::contains).count();
    if (2 * alive <= group.voters.size()) {
      throw new StoreException.UnavailableException(Reason.NOT_READY, "no majority");
    }
    if (!live.contains(group.leader) || !group.voters.contains(group.leader)) {
      group.leader = group.voters.stream().filter(live::contains).findFirst().orElseThrow();
    }
    GroupState state =
        new GroupState(
            group.epoch,
            group.voters,
            group.listeners,
            false,
            group.leader,
            live,
            group.current.stream()
                .filter(live::contains)
                .collect(Collectors.toCollection(TreeSet::new)));
    MoveStep step = rule.apply(move, state);
    take(step, move, group);
    return step;
  }

  private void take(MoveStep step, MoveOperation move, Group group) {
    List<NodeId> voters = new ArrayList<>(group.voters);
    NodeId add = move.add();
    switch (step) {
      case ADD_LISTENER -> {
        NodeId joins = Objects.requireNonNull(add);
        if (!live.contains(joins)) {
          throw new StoreException.UnavailableException(Reason.NOT_READY, joins + " is dead");
        }
        group.listeners.add(joins);
        if (random.nextBoolean()) {
          group.current.add(joins); // else it is filled later
        }
      }
      case PROMOTE -> {
        voters.add(Objects.requireNonNull(add));
        setMembers(move.before().id(), group, voters);
      }
      case HAND_OVER ->
          group.leader =
              group.voters.stream()
                  .filter(live::contains)
                  .filter(node -> !node.equals(group.leader))
                  .findFirst()
                  .orElseThrow();
      case REMOVE -> {
        voters.remove(Objects.requireNonNull(move.remove()));
        setMembers(move.before().id(), group, voters);
      }
      case RETRACT -> {
        voters.remove(Objects.requireNonNull(add));
        setMembers(move.before().id(), group, voters);
      }
      case RECORD -> group.epoch++;
      case WAIT -> group.current.addAll(group.listeners.stream().filter(live::contains).toList());
      case MOVED, UNDONE, STRANGE -> {}
    }
  }

  private void host(MoveOperation move) {
    NodeId node = Objects.requireNonNull(move.add());
    if (!live.contains(node) || membership().moves().stream().noneMatch(move::equals)) {
      throw new StoreException.UnavailableException(Reason.NOT_READY, "dead, or not on record");
    }
    Group group = Objects.requireNonNull(groups.get(move.before().id()));
    long epoch = move.before().epoch();
    Long there = group.hosted.get(node);
    if (there == null || there < epoch) { // an older replica goes first
      require(!group.voters.contains(node), "the replica of a voter was replaced");
      group.current.remove(node);
      group.hosted.put(node, epoch);
    }
  }

  private void drop(NodeId node, PartitionId id, long epoch) {
    Group group = Objects.requireNonNull(groups.get(id));
    Long there = group.hosted.get(node);
    if (!live.contains(node)
        || decided(id).replicas().contains(node)
        || membership().moveOf(id).filter(move -> node.equals(move.add())).isPresent()) {
      throw new StoreException.UnavailableException(Reason.NOT_READY, "dead, or a member");
    }
    if (there != null && there < epoch) {
      require(!group.voters.contains(node), "the replica of a voter was dropped");
      group.hosted.remove(node);
      group.current.remove(node);
    }
  }

  private List<NodeStatus> statuses() {
    return live.stream()
        .map(
            node ->
                new NodeStatus(
                    node,
                    true,
                    groups.entrySet().stream()
                        .filter(entry -> entry.getValue().hosted.containsKey(node))
                        .map(
                            entry ->
                                new NodeStatus.Replica(
                                    entry.getKey(),
                                    1,
                                    NodeStatus.Role.FOLLOWER,
                                    null,
                                    1,
                                    1,
                                    1,
                                    0,
                                    0,
                                    0))
                        .toList()))
        .toList();
  }

  /** No move is left, and who hosts is who is to, but for what was given up and never filled. */
  void checkSettled() {
    require(membership().moves().isEmpty(), "unfinished: " + membership().moves());
    checkMap();
    for (PartitionId id : groups.keySet()) {
      Group group = Objects.requireNonNull(groups.get(id));
      for (NodeId node : group.hosted.keySet()) {
        boolean tooYoung = group.hosted.get(node) >= decided(id).epoch();
        require(decided(id).replicas().contains(node) || tooYoung, node + " still hosts " + id);
      }
    }
  }

  Controller connect() {
    return new Controller();
  }

  /** One controller's way to the others. */
  final class Controller implements MoveControl {
    boolean alive = true;
    private final MoveReconciler moves = new MoveReconciler(this);
    private final LeftoverReconciler leftovers = new LeftoverReconciler(this);

    void trigger() {
      moves.trigger();
      leftovers.trigger();
    }

    @Override
    public CompletableFuture<ClusterMap> map() {
      return send(SimulatedGroups.this::map);
    }

    @Override
    public CompletableFuture<Optional<Membership>> membership() {
      return send(() -> Optional.of(SimulatedGroups.this.membership()));
    }

    @Override
    public CompletableFuture<List<NodeStatus>> statuses() {
      return send(SimulatedGroups.this::statuses);
    }

    @Override
    public CompletableFuture<Void> hostListener(MoveOperation move, ClusterMap map) {
      return send(() -> {
            host(move);
            return true;
          })
          .thenAccept(done -> {});
    }

    @Override
    public CompletableFuture<MoveStep> advance(MoveOperation move, ClusterMap map) {
      return send(() -> SimulatedGroups.this.advance(move));
    }

    @Override
    public CompletableFuture<Void> drop(NodeId node, PartitionId partition, long epoch) {
      return send(() -> {
            SimulatedGroups.this.drop(node, partition, epoch);
            return true;
          })
          .thenAccept(done -> {});
    }

    @Override
    public CompletableFuture<Void> change(MetaCommand command) {
      return send(() -> meta.apply(command)).thenAccept(result -> {});
    }

    private <T> CompletableFuture<T> send(Supplier<T> action) {
      Message<T> message = new Message<>(this, action);
      underWay.add(message);
      return message.answer;
    }
  }

  /** A request of a controller. */
  private final class Message<T> {
    final Controller from;
    final Supplier<T> action;
    final CompletableFuture<T> answer = new CompletableFuture<>();

    Message(Controller from, Supplier<T> action) {
      this.from = from;
      this.action = action;
    }

    void arrive() {
      int fate = random.nextInt(100);
      T result = null;
      StoreException failure = new StoreException.IndeterminateException("lost", null);
      try {
        if (fate >= failPercent || fate % 3 == 0) {
          result = action.get();
        }
        if (fate < failPercent && fate % 3 <= 1) {
          underWay.add(new Message<>(from, action)); // once more, when nobody waits any more
        }
      } catch (StoreException e) {
        failure = e;
      }
      if (!from.alive) {
        return;
      }
      if (result == null || fate < failPercent) {
        answer.completeExceptionally(failure);
      } else {
        answer.complete(result);
      }
    }
  }
}
