package dev.holdfast.partition.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.partition.map.InitialMap;
import dev.holdfast.partition.meta.MetaScript;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.model.SplitOrigin;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.rpc.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The real meta group and partitions that know their ranges, tables and remembered requests.
 * Messages arrive in any order, late, or never; answers get lost; controllers die.
 */
final class SimulatedPartitions {
  /** A partition as its log has made it. */
  private static final class Held {
    ClusterMap.Partition self;
    final SortedSet<TableId> known;
    final SortedSet<TableId> dropped;
    final Map<RequestId, Result> remembered;

    Held(
        ClusterMap.Partition self,
        SortedSet<TableId> known,
        SortedSet<TableId> dropped,
        Map<RequestId, Result> remembered) {
      this.self = self;
      this.known = known;
      this.dropped = dropped;
      this.remembered = remembered;
    }
  }

  final MetaScript meta = new MetaScript();
  final TreeSet<Bytes> edges = new TreeSet<>();
  int failPercent;
  private final Random random;
  private final TreeMap<PartitionId, Held> partitions = new TreeMap<>();
  private final List<Message<?>> underWay = new ArrayList<>();
  private final TreeSet<TableId> everMade = new TreeSet<>();

  SimulatedPartitions(Random random, int partitionCount) {
    this.random = random;
    ClusterMap.Node node = new ClusterMap.Node(new NodeId("n1"), "h:1", "h:2", "h:3", "h:4");
    ClusterMap map = InitialMap.of(List.of(node), partitionCount, 1);
    meta.apply(new MetaCommand.Bootstrap(map));
    for (ClusterMap.Partition each : map.partitions()) {
      partitions.put(each.id(), new Held(each, new TreeSet<>(), new TreeSet<>(), new HashMap<>()));
      edges.add(each.range().startInclusive());
    }
  }

  /** A parent may have its reasons; here it has them for every other key, and for ever. */
  static boolean isRefused(Bytes key) {
    return (key.get(key.size() - 1) & 1) == 1;
  }

  ClusterMap map() {
    return ((ReadResult.Map) meta.read(new MetaRead.GetMap())).map();
  }

  List<SplitOperation> splits() {
    return ((ReadResult.Splits) meta.read(new MetaRead.GetSplits())).operations();
  }

  List<TableDescriptor> tables() {
    List<TableDescriptor> tables = new ArrayList<>();
    for (String name :
        ((ReadResult.TableNames) meta.read(new MetaRead.ListTables(null, 100))).names()) {
      tables.add(
          Objects.requireNonNull(
              ((ReadResult.Table) meta.read(new MetaRead.GetTable(name))).table()));
    }
    return tables;
  }

  /** Creates, deletes or splits; what is refused is refused. */
  void userDoesSomething() {
    String name = "tab" + random.nextInt(4);
    switch (random.nextInt(3)) {
      case 0 -> {
        TableId id = new TableId(random.nextLong());
        everMade.add(id);
        meta.apply(new MetaCommand.CreateTable(MetaScript.table(name, id.value())));
      }
      case 1 -> meta.apply(new MetaCommand.DeleteTable(name));
      default -> {
        Bytes key = Bytes.wrap(new byte[] {(byte) random.nextInt(256), (byte) random.nextInt(256)});
        if (!everMade.isEmpty() && random.nextBoolean()) {
          TableId table = List.copyOf(everMade).get(random.nextInt(everMade.size()));
          key = KeyEncoding.tablePrefix(table).concat(key); // within that table
        }
        beginSplit(key);
      }
    }
  }

  void beginSplit(Bytes key) {
    ClusterMap.Partition parent = map().partitionOf(key);
    Result result =
        meta.apply(new MetaCommand.BeginSplit(parent.id(), parent.epoch(), key, SplitOrigin.LOAD));
    if (result instanceof Result.SplitBegun && !isRefused(key)) {
      edges.add(key);
    }
  }

  /** Lets one message arrive; false when there is none. */
  boolean step() {
    if (underWay.isEmpty()) {
      return false;
    }
    underWay.remove(random.nextInt(underWay.size())).arrive();
    checkTables();
    return true;
  }

  /**
   * What is ACTIVE is known, and what is gone is unknown, wherever its items may lie. (A step that
   * is late may leave a descriptor in a partition that a split has taken the table from; nobody
   * asks for it there.)
   */
  private void checkTables() {
    SortedSet<TableId> gone = new TreeSet<>(everMade);
    for (TableDescriptor table : tables()) {
      gone.remove(table.id());
      if (table.status() == TableStatus.ACTIVE) {
        assertThat(holding(table.id())).allMatch(held -> held.known.contains(table.id()));
      }
    }
    for (TableId table : gone) {
      assertThat(holding(table)).noneMatch(held -> held.known.contains(table));
    }
  }

  private List<Held> holding(TableId table) {
    return partitions.values().stream()
        .filter(held -> held.self.range().overlaps(KeyEncoding.tableRange(table)))
        .toList();
  }

  /**
   * The partitions are those of the map, and of what was begun only what was refused is not done.
   */
  void checkSettled() {
    assertThat(splits()).isEmpty();
    assertThat(tables()).allMatch(table -> table.status() == TableStatus.ACTIVE);
    assertThat(partitions.values().stream().map(held -> held.self).toList())
        .containsExactlyInAnyOrderElementsOf(map().partitions());
    assertThat(map().partitions())
        .extracting(partition -> partition.range().startInclusive())
        .containsExactlyElementsOf(edges);
  }

  /** A command that a leader has taken. */
  private record Queued(CompletableFuture<Result> applied) {}

  /** A node that leads the meta group, or believes so. */
  Controller connect() {
    return new Controller();
  }

  /** One controller's way to the others. */
  final class Controller implements ReplicaControl {
    boolean alive = true;
    final SplitReconciler splitReconciler = new SplitReconciler(this);
    final TableReconciler tableReconciler = new TableReconciler(this);
    final List<String> reports = new ArrayList<>();

    void trigger() {
      splitReconciler.trigger();
      tableReconciler.trigger();
    }

    @Override
    public CompletableFuture<Boolean> isFilled(ClusterMap.Partition partition, TableId table) {
      throw new IllegalStateException("no table needs it");
    }

    @Override
    public CompletableFuture<List<TableDescriptor>> unsettledTables() {
      return send(
          () -> tables().stream().filter(table -> table.status() != TableStatus.ACTIVE).toList());
    }

    @Override
    public CompletableFuture<ClusterMap> map() {
      return send(SimulatedPartitions.this::map);
    }

    @Override
    public CompletableFuture<List<SplitOperation>> splits() {
      return send(SimulatedPartitions.this::splits);
    }

    @Override
    public CompletableFuture<List<Merge>> merges() {
      return send(List::of);
    }

    @Override
    public CompletableFuture<Void> control(ClusterMap.Partition to, Command.Control command) {
      return propose(to, new RequestId(random.nextLong(), 0), command).thenAccept(done -> {});
    }

    /** The leader looks at the epoch when the request arrives, not when it is applied. */
    @Override
    public CompletableFuture<Result> propose(
        ClusterMap.Partition to, RequestId id, Command.Control command) {
      return send(() -> {
            Held held = Objects.requireNonNull(partitions.get(to.id()));
            if (held.self.epoch() != to.epoch()) {
              throw new StoreException.UnavailableException(
                  StoreException.Reason.STALE_EPOCH, "is at epoch " + held.self.epoch());
            }
            return new Queued(send(() -> apply(held, id, command)));
          })
          .thenCompose(Queued::applied);
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

    @Override
    public void split(SplitOperation operation) {
      reports.add("split " + operation.child());
    }

    @Override
    public void abandoned(SplitOperation operation, String why) {
      reports.add("abandoned " + operation.child() + ": " + why);
    }

    @Override
    public void failed(SplitOperation operation, PartitionId partition, Throwable failure) {
      reports.add("failed " + operation.child() + " at " + partition);
    }
  }

  private Result apply(Held held, RequestId id, Command.Control command) {
    if (command instanceof Command.Split split) {
      return held.remembered.computeIfAbsent(id, unseen -> split(held, split.operation()));
    }
    if (command instanceof Command.InstallTable install
        && !held.dropped.contains(install.table().id())) {
      held.known.add(install.table().id());
    } else if (command instanceof Command.DropTable drop) {
      held.known.remove(drop.table());
      held.dropped.add(drop.table());
    }
    return new Result.Done();
  }

  private Result split(Held held, SplitOperation operation) {
    if (!held.self.equals(operation.parent()) || isRefused(operation.key())) {
      return new Result.Rejected(new Rejection.Invalid("cannot be split there"));
    }
    Map<RequestId, Result> remembered = new HashMap<>(held.remembered);
    Held child =
        new Held(
            operation.right(), new TreeSet<>(held.known), new TreeSet<>(held.dropped), remembered);
    assertThat(partitions.put(operation.child(), child)).as("a partition made twice").isNull();
    held.self = operation.left();
    return new Result.Done();
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

    private @org.jspecify.annotations.Nullable T act() {
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
