package dev.holdfast.partition.reconcile;

import dev.holdfast.partition.meta.MetaScript;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.statemachine.PartitionStateMachines;
import dev.holdfast.statemachine.replica.ReplicaOptions;
import dev.holdfast.statemachine.replica.Seeds;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.MergeProgress;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The real meta group and real partitions, each with a replica that lags behind, and whoever leads
 * the left one of a merge. Messages arrive in any order, late, twice or never; answers get lost;
 * controllers die; clients write by maps of any age.
 */
final class SimulatedMerges {
  /** What is wrong on purpose. */
  enum Flaw {
    NONE,
    /** The right one serves again though the left one may still absorb it. */
    UNFREEZE_WITHOUT_CANCEL,
    /** What is taken is the state of some moment, and writes go on. */
    GATHER_WITHOUT_FREEZE,
    /** The left one does not wait for the last part. */
    ABSORB_EARLY,
    /** The map changes before the left one has absorbed the right one. */
    FINISH_EARLY
  }

  private static final int KEY_COUNT = 12;
  private static final int PART_BYTES = 120;
  private static final NodeId N1 = new NodeId("n1");
  private static final TableDescriptor TABLE =
      MetaScript.table("things", 77).withStatus(TableStatus.ACTIVE);
  private static final TableRef REF = new TableRef(new TableId(77), TABLE.version());

  /** A partition: its log, the replica that leads, and one that has applied less. */
  private final class Group {
    final ReplicatedStateMachine leads;
    final ReplicatedStateMachine lags;
    final List<LogEntry> log = new ArrayList<>();

    Group(ClusterMap.Partition partition) {
      leads = open(partition);
      lags = open(partition);
      apply(new Command.InstallTable(TABLE), new RequestId(0, 0));
    }

    Result apply(Command command, RequestId id) {
      LogEntry entry =
          new LogEntry(++stamp, List.of(new Proposal(id, Long.MAX_VALUE, false, command)));
      log.add(entry);
      return leads.apply(new ApplyContext(1, log.size()), entry).get(0);
    }

    void catchUp(int count) {
      for (int i = 0; i < count && lags.applied().index() < log.size(); i++) {
        int next = (int) lags.applied().index();
        lags.apply(new ApplyContext(1, next + 1L), log.get(next));
      }
    }
  }

  final MetaScript meta = new MetaScript();
  private final Random random;
  private final Flaw flaw;
  private final TreeMap<PartitionId, Group> groups = new TreeMap<>();
  private final List<Message<?>> underWay = new ArrayList<>();
  private final List<ClusterMap> maps = new ArrayList<>();
  private final Map<Integer, Integer> acknowledged = new TreeMap<>();
  private final Map<Integer, Integer> written = new TreeMap<>();
  private long stamp;
  private long requests;
  int failPercent;
  int overduePercent;
  int mergedCount;
  int abandonedCount;

  SimulatedMerges(Random random, Flaw flaw, int partitionCount) {
    this.random = random;
    this.flaw = flaw;
    List<ClusterMap.Partition> partitions = new ArrayList<>();
    Bytes start = Bytes.EMPTY;
    List<Bytes> keys = routingKeys();
    for (int i = 1; i <= partitionCount; i++) {
      Bytes end = i == partitionCount ? null : keys.get(i * KEY_COUNT / partitionCount);
      partitions.add(
          new ClusterMap.Partition(new PartitionId(i), 1, new KeyRange(start, end), List.of(N1)));
      start = end == null ? start : end;
    }
    ClusterMap.Node node = new ClusterMap.Node(N1, "h:1", "h:2", "h:3", "h:4");
    meta.apply(new MetaCommand.Bootstrap(new ClusterMap(1, List.of(node), partitions)));
    partitions.forEach(each -> groups.put(each.id(), new Group(each)));
    maps.add(map());
  }

  private static ReplicatedStateMachine open(ClusterMap.Partition partition) {
    ReplicaOptions options =
        new ReplicaOptions(
            WindowLimits.DEFAULT,
            (message, cause) -> new IllegalStateException(message, cause),
            (id, index, proposed, own) -> {
              throw new AssertionError("digests differ at " + index);
            },
            Seeds.NONE);
    return PartitionStateMachines.inMemory(options).open(partition, Path.of("nowhere"));
  }

  private static Item key(int number) {
    return Item.of(Map.of("k", new AttributeValue.S("k" + number)));
  }

  private static Bytes routingKey(int number) {
    return KeyEncoding.routingKey(REF.id(), TABLE.keySchema(), key(number));
  }

  private static List<Bytes> routingKeys() {
    List<Bytes> keys = new ArrayList<>();
    for (int i = 0; i < KEY_COUNT; i++) {
      keys.add(routingKey(i));
    }
    keys.sort(null);
    return keys;
  }

  ClusterMap map() {
    return ((ReadResult.Map) meta.read(new MetaRead.GetMap())).map();
  }

  List<Merge> merges() {
    return ((ReadResult.Merges) meta.read(new MetaRead.GetMerges())).merges();
  }

  void userMergesSomething() {
    List<ClusterMap.Partition> all = map().partitions();
    if (all.size() > 1) {
      int left = random.nextInt(all.size() - 1);
      ClusterMap.Partition one = all.get(left);
      ClusterMap.Partition other = all.get(left + 1);
      meta.apply(new MetaCommand.BeginMerge(one.id(), one.epoch(), other.id(), other.epoch()));
    }
  }

  /** A client with a map of any age writes a greater number; what is refused is not written. */
  void clientWrites() {
    int number = random.nextInt(KEY_COUNT);
    ClusterMap known = maps.get(random.nextInt(maps.size()));
    int value = written.merge(number, 1, Integer::sum);
    if (write(known, number, value)) {
      acknowledged.put(number, value);
    }
  }

  private boolean write(ClusterMap known, int number, int value) {
    ClusterMap.Partition to = known.partitionOf(routingKey(number));
    Group group = groups.get(to.id());
    if (group == null || servedEpoch(group) != to.epoch()) {
      return false;
    }
    Item item =
        Item.of(
            Map.of(
                "k", new AttributeValue.S("k" + number),
                "v", new AttributeValue.S(String.valueOf(value))));
    Result result =
        group.apply(
            new Command.Put(REF, item, null, ReturnValues.NONE, ReturnOnFailure.NONE),
            new RequestId(1, ++requests));
    return result instanceof Result.Written;
  }

  private static long servedEpoch(Group group) {
    try (StateSnapshot snapshot = group.leads.snapshot()) {
      return snapshot.epoch();
    }
  }

  /** What a strong read by this map finds; null when it is refused. */
  private @Nullable Integer read(ClusterMap known, int number) {
    ClusterMap.Partition from = known.partitionOf(routingKey(number));
    Group group = groups.get(from.id());
    if (group == null || servedEpoch(group) != from.epoch()) {
      return null;
    }
    try (StateSnapshot snapshot = group.leads.snapshot()) {
      ReadResult result =
          snapshot.read(
              new Read.Get(REF, key(number), Projection.ALL), KnownOutcomes.NONE_CARED_FOR);
      Item item = result instanceof ReadResult.Found found ? found.item() : null;
      return item == null
          ? 0
          : Integer.parseInt(Objects.requireNonNull(item.attribute("v")).string());
    }
  }

  /** What is wrong: by whatever map, who is answered at all sees what was acknowledged. */
  @Nullable String anomaly() {
    for (ClusterMap known : maps) {
      for (int number = 0; number < KEY_COUNT; number++) {
        Integer found = read(known, number);
        int least = acknowledged.getOrDefault(number, 0);
        if (found != null && found < least) {
          return "k%d is %d by map %d, and %d was acknowledged"
              .formatted(number, found, known.epoch(), least);
        }
      }
    }
    return null;
  }

  /** What is wrong once nothing is under way. */
  @Nullable String unsettled() {
    if (!merges().isEmpty()) {
      return "in progress: " + merges();
    }
    List<ClusterMap.Partition> there =
        groups.values().stream().map(group -> group.leads.partition()).toList();
    if (!List.copyOf(there).containsAll(map().partitions())
        || there.size() != map().partitions().size()) {
      return "the map has %s, there are %s".formatted(map().partitions(), there);
    }
    for (int number = 0; number < KEY_COUNT; number++) {
      if (read(map(), number) == null) {
        return "nobody serves k" + number;
      }
    }
    for (Group group : groups.values()) {
      group.catchUp(Integer.MAX_VALUE);
      if (!group.lags.digest().equals(group.leads.digest())) {
        return "replicas of %s differ".formatted(group.leads.partition().id());
      }
    }
    return anomaly();
  }

  /** Lets one message arrive, or something else happen; false when nothing is left to happen. */
  boolean step() {
    groups.values().forEach(group -> group.catchUp(random.nextInt(3)));
    boolean pumped = random.nextBoolean() && pump();
    if (!underWay.isEmpty()) {
      underWay.remove(random.nextInt(underWay.size())).arrive();
      remember();
      return true;
    }
    return pumped || pump();
  }

  private void remember() {
    ClusterMap now = map();
    if (!maps.get(maps.size() - 1).equals(now)) {
      maps.add(now);
    }
  }

  /** What the leader of a left one does: the next part, from the replica on its node. */
  private boolean pump() {
    for (Group left : List.copyOf(groups.values())) {
      MergeProgress progress = left.leads.merge();
      if (progress == null || progress.phase() != MergeProgress.Phase.GATHERING) {
        continue;
      }
      Group right = groups.get(progress.operation().right().id());
      if (right == null) {
        continue;
      }
      right.catchUp(1);
      MergeCommand next = next(progress, right);
      if (next != null) {
        left.apply(next, new RequestId(2, 0));
        if (random.nextInt(4) == 0) { // a copy, or one of a leader that is none any more
          deliverLater(left, next);
        }
        return true;
      }
      if (right.lags.applied().index() < right.log.size()) {
        return true;
      }
    }
    return false;
  }

  private void deliverLater(Group left, MergeCommand step) {
    underWay.add(new Message<>(new Controller(), () -> left.apply(step, new RequestId(2, 0))));
  }

  private @Nullable MergeCommand next(MergeProgress progress, Group right) {
    long id = progress.operation().id();
    ReplicatedStateMachine source = source(right, progress.operation());
    MergeProgress frozen = source.merge();
    if (frozen == null
        || frozen.phase() != MergeProgress.Phase.FROZEN
        || frozen.operation().id() != id) {
      return null;
    }
    List<MergeCommand.Row> rows = source.frozenRows(id, progress.after(), PART_BYTES);
    boolean enough = flaw == Flaw.ABSORB_EARLY && progress.takenBytes() > 3 * PART_BYTES;
    return rows.isEmpty() || enough
        ? new MergeCommand.Absorb(id, progress.after(), frozen.stampMicros(), frozen.floorMicros())
        : new MergeCommand.Take(id, progress.after(), rows);
  }

  private ReplicatedStateMachine source(Group right, MergeOperation operation) {
    if (flaw != Flaw.GATHER_WITHOUT_FREEZE) {
      return right.lags;
    }
    ReplicatedStateMachine copy = open(operation.right());
    for (int i = 0; i < right.log.size(); i++) {
      copy.apply(new ApplyContext(1, i + 1L), right.log.get(i));
    }
    LogEntry freeze =
        new LogEntry(
            stamp,
            List.of(
                new Proposal(new RequestId(3, 0), 0, false, new MergeCommand.Freeze(operation))));
    copy.apply(new ApplyContext(1, right.log.size() + 1L), freeze);
    return copy;
  }

  /** A node that leads the meta group, or believes so. */
  final class Controller implements MergeControl {
    boolean alive = true;
    final MergeReconciler reconciler = new MergeReconciler(this);

    @Override
    public CompletableFuture<List<Merge>> merges() {
      return send(SimulatedMerges.this::merges);
    }

    @Override
    public CompletableFuture<Result> step(ClusterMap.Partition to, MergeCommand command) {
      return send(
          () -> {
            Group group = groups.get(to.id());
            if (group == null) {
              throw new StoreException.UnavailableException(
                  StoreException.Reason.NOT_HOSTED, to.id() + " is gone");
            }
            if (flaw == Flaw.UNFREEZE_WITHOUT_CANCEL && command instanceof MergeCommand.Cancel) {
              return new Result.Done();
            }
            if (flaw == Flaw.GATHER_WITHOUT_FREEZE && command instanceof MergeCommand.Freeze) {
              return new Result.Frozen(Bytes.EMPTY);
            }
            Result result = group.apply(command, new RequestId(4, random.nextLong()));
            return flaw == Flaw.FINISH_EARLY && result instanceof Result.Gathering
                ? new Result.Done()
                : result;
          });
    }

    @Override
    public CompletableFuture<Void> change(MetaCommand command) {
      return send(() -> meta.apply(command)).thenAccept(applied -> {});
    }

    @Override
    public CompletableFuture<Void> retire(NodeId node, MergeOperation merge) {
      return send(() -> {
            if (!SimulatedMerges.this.merges().contains(new Merge(merge, true))) {
              throw new StoreException.UnavailableException(
                  StoreException.Reason.NOT_READY, "it is not absorbed");
            }
            groups.remove(merge.right().id());
            return new Result.Done();
          })
          .thenAccept(gone -> {});
    }

    @Override
    public CompletableFuture<Void> pause() {
      return send(Result.Done::new).thenAccept(paused -> {});
    }

    @Override
    public boolean isOverdue(MergeOperation merge) {
      return random.nextInt(100) < overduePercent;
    }

    @Override
    public void merged(MergeOperation merge) {
      mergedCount++;
    }

    @Override
    public void abandoned(MergeOperation merge) {
      abandonedCount++;
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
      if (fate < failPercent) {
        if (fate % 3 == 0) {
          act(); // applied, but the answer is lost
        } else if (fate % 3 == 1) {
          underWay.add(new Message<>(from, action)); // applied when nobody waits any more
        }
        fail(new StoreException.IndeterminateException("lost", null));
        return;
      }
      T result = act();
      if (result != null && from.alive) {
        answer.complete(result);
      }
    }

    private @Nullable T act() {
      try {
        return action.get();
      } catch (StoreException e) {
        fail(e);
        return null;
      }
    }

    private void fail(StoreException failure) {
      if (from.alive) {
        answer.completeExceptionally(failure);
      }
    }
  }
}
