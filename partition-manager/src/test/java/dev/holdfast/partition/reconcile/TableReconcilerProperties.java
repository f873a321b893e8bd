package dev.holdfast.partition.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.partition.map.InitialMap;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.MetaCommand;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.protocol.model.SplitOrigin;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableOptions;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.model.Warmth;
import dev.holdfast.protocol.rpc.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Simulates meta leaders that crash between any two steps, steps that fail and steps done twice.
 */
class TableReconcilerProperties {
  private static final int TABLE_COUNT_MAX = 4;
  private static final int SEGMENTS_MAX = 16;

  /**
   * A sweep splits every partition once, at the middle of what one table misses in it: for that
   * table the halves are one step nearer, for the others in it no further away. The last sweep
   * marks what is ready.
   */
  private static final int ROUNDS_MAX =
      TABLE_COUNT_MAX * Integer.numberOfTrailingZeros(SEGMENTS_MAX) + 1;

  @Property(tries = 300)
  void tablesSettleWhateverFailsAndNeverBeforeEveryPartitionHasFollowed(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int partitionCount) {
    Random random = new Random(seed);
    World world = new World(random, partitionCount);
    for (int i = 0; i < 40; i++) {
      world.userDoesSomething();
      // a new controller each time: nothing is kept between sweeps
      TableReconciler controller = new TableReconciler(world);
      world.failPercent = random.nextInt(70);
      if (random.nextBoolean()) {
        world.carryOutSplits();
      }
      controller.trigger();
      if (random.nextBoolean()) {
        controller.trigger();
      }
      world.releaseLate();
    }

    world.failPercent = 0;
    world.releaseLate();
    new TableReconciler(world).trigger();

    for (int round = 0; round < ROUNDS_MAX; round++) {
      new TableReconciler(world).trigger();
      world.carryOutSplits();
    }
    assertThat(world.tables.values()).allMatch(table -> table.status() == TableStatus.ACTIVE);
    assertThat(world.tables.values()).allMatch(world::isCut);
    world.checkPartitionsKnowExactlyWhatIsActive();
  }

  /** Three tables to be cut within one partition take their turns in it. */
  @Example
  void tablesThatShareAPartitionTakeNineRounds() {
    tablesSettleWhateverFailsAndNeverBeforeEveryPartitionHasFollowed(72995, 2);
  }

  @Example
  void triggersDuringASweepCauseExactlyOneMore() {
    World world = new World(new Random(1), 1);
    world.listing = new CompletableFuture<>();
    TableReconciler controller = new TableReconciler(world);

    controller.trigger();
    controller.trigger();
    controller.trigger();
    CompletableFuture<List<TableDescriptor>> first = world.listing;
    world.listing = null;
    first.complete(List.of());

    assertThat(world.listCount).isEqualTo(2);
  }

  @Example
  void withoutAMapNoTableBecomesReady() {
    World world = new World(new Random(1), 1);
    world.map = ClusterMap.EMPTY;
    world.create("tab");

    new TableReconciler(world).trigger();

    assertThat(world.tables.values())
        .allMatch(table -> table.status() == TableStatus.CREATING)
        .hasSize(1);
  }

  /** A cluster in memory; completes at once, or late, or fails before or after having acted. */
  private static final class World implements ReplicaControl {
    final Random random;
    final TreeMap<String, TableDescriptor> tables = new TreeMap<>();
    final TreeMap<PartitionId, TreeMap<TableId, Long>> installed = new TreeMap<>();
    final TreeSet<TableId> dropped = new TreeSet<>();
    final List<Runnable> late = new ArrayList<>();
    final TreeMap<PartitionId, SplitOperation> splits = new TreeMap<>();
    ClusterMap map;
    int failPercent;
    int listCount;
    long nextId = 1;
    @org.jspecify.annotations.Nullable CompletableFuture<List<TableDescriptor>> listing;

    World(Random random, int partitionCount) {
      this.random = random;
      this.map =
          InitialMap.of(
              List.of(new ClusterMap.Node(new NodeId("n1"), "h:1", "h:2", "h:3", "h:4")),
              partitionCount,
              1);
      map.partitions().forEach(partition -> installed.put(partition.id(), new TreeMap<>()));
    }

    void userDoesSomething() {
      String name = "tab" + random.nextInt(TABLE_COUNT_MAX);
      TableDescriptor table = tables.get(name);
      if (table == null) {
        create(name);
      } else if (table.status() == TableStatus.ACTIVE && random.nextBoolean()) {
        tables.put(name, table.withStatus(TableStatus.DELETING));
      } else if (table.status() == TableStatus.ACTIVE && random.nextBoolean()) {
        Followers followers = table.followers();
        tables.put(
            name,
            table
                .withFollowers(
                    followers.needChangeLog()
                        ? followers.withoutStream(1)
                        : followers.withStream(StreamView.KEYS_ONLY, 1))
                .withStatus(TableStatus.UPDATING));
      } else if (table.status() == TableStatus.ACTIVE && table.warmth().segments() < SEGMENTS_MAX) {
        tables.put(
            name,
            table
                .withSettings(
                    BillingMode.PAY_PER_REQUEST,
                    Throughput.NONE,
                    false,
                    new Warmth(0, 0, 2 * table.warmth().segments()))
                .withStatus(TableStatus.UPDATING));
      }
    }

    /** What the meta group has on record happens, and the map says so. */
    void carryOutSplits() {
      for (SplitOperation split : splits.values()) {
        List<ClusterMap.Partition> partitions =
            map.partitions().stream()
                .flatMap(
                    each ->
                        each.equals(split.parent())
                            ? Stream.of(split.left(), split.right())
                            : Stream.of(each))
                .toList();
        map = new ClusterMap(map.epoch() + 1, map.nodes(), partitions);
        TreeMap<TableId, Long> ofParent =
            installed.computeIfAbsent(split.parent().id(), unseen -> new TreeMap<>());
        TreeMap<TableId, Long> ofChild = new TreeMap<>();
        installed.put(split.child(), ofChild);
        for (TableId table : List.copyOf(ofParent.keySet())) {
          if (split.right().range().overlaps(KeyEncoding.tableRange(table))) {
            ofChild.put(table, ofParent.get(table));
          }
          if (!split.left().range().overlaps(KeyEncoding.tableRange(table))) {
            ofParent.remove(table);
          }
        }
      }
      splits.clear();
    }

    boolean isCut(TableDescriptor table) {
      return table.warmth().boundaries(table.id()).stream()
          .allMatch(
              key ->
                  map.partitions().stream()
                      .anyMatch(each -> each.range().startInclusive().equals(key)));
    }

    void create(String name) {
      TableId id = new TableId(random.nextLong() ^ nextId++);
      List<GlobalIndex> indexes = new ArrayList<>();
      while (random.nextInt(3) == 0) {
        indexes.add(index("index" + indexes.size()));
      }
      tables.put(
          name,
          new TableDescriptor(
              id,
              name,
              1,
              TableStatus.CREATING,
              new KeySchema(new KeyAttribute("k", ScalarType.S), null),
              List.of(),
              BillingMode.PAY_PER_REQUEST,
              Throughput.NONE,
              false,
              new TreeMap<>(),
              0,
              new Warmth(0, 0, 1 << random.nextInt(4)),
              TableOptions.DEFAULT,
              Followers.NONE.withGlobalIndexes(indexes)));
    }

    private GlobalIndex index(String name) {
      return new GlobalIndex(
          new TableId(random.nextLong() ^ nextId++),
          name,
          List.of(new KeyAttribute("i", ScalarType.S)),
          List.of(),
          new IndexProjection(IndexProjection.Kind.ALL, List.of()),
          GlobalIndex.Status.CREATING,
          Throughput.NONE,
          OnDemandLimits.NONE);
    }

    /** Requests that were still on their way arrive after all. */
    void releaseLate() {
      List<Runnable> arriving = List.copyOf(late);
      late.clear();
      arriving.forEach(Runnable::run);
    }

    @Override
    public CompletableFuture<Boolean> isFilled(ClusterMap.Partition partition, TableId table) {
      throw new IllegalStateException("no table needs it");
    }

    @Override
    public CompletableFuture<List<TableDescriptor>> unsettledTables() {
      listCount++;
      if (listing != null) {
        return listing;
      }
      return CompletableFuture.completedFuture(
          tables.values().stream().filter(table -> table.status() != TableStatus.ACTIVE).toList());
    }

    @Override
    public CompletableFuture<List<Merge>> merges() {
      return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletableFuture<List<SplitOperation>> splits() {
      return CompletableFuture.completedFuture(List.copyOf(splits.values()));
    }

    @Override
    public CompletableFuture<Result> propose(
        ClusterMap.Partition partition, RequestId id, Command.Control command) {
      throw new IllegalStateException("no table needs it");
    }

    @Override
    public CompletableFuture<ClusterMap> map() {
      return CompletableFuture.completedFuture(map);
    }

    @Override
    public CompletableFuture<Void> control(
        ClusterMap.Partition partition, Command.Control command) {
      return sometimes(() -> apply(partition, command));
    }

    private void apply(ClusterMap.Partition partition, Command.Control command) {
      TreeMap<TableId, Long> here =
          installed.computeIfAbsent(partition.id(), unseen -> new TreeMap<>());
      if (command instanceof Command.InstallTable install) {
        assertThat(partition.range().overlaps(KeyEncoding.tableRange(install.table().id())))
            .isTrue();
        checkIndexesAreKnown(install.table());
        if (!dropped.contains(install.table().id())) {
          here.merge(install.table().id(), install.table().version(), Math::max);
        }
      } else if (command instanceof Command.DropTable drop) {
        here.remove(drop.table());
        dropped.add(drop.table());
      }
    }

    /**
     * Before anything is written to a table that its indexes must be told; one that arrives late
     * may be of a table that is gone, or going.
     */
    private void checkIndexesAreKnown(TableDescriptor installed) {
      if (installed.entries().isEmpty()
          && !byId(installed.id(), TableStatus.CREATING).isEmpty()
          && !dropped.contains(installed.id())) {
        for (GlobalIndex index : installed.followers().globalIndexes()) {
          assertThat(index.status()).isEqualTo(GlobalIndex.Status.ACTIVE);
          assertThat(knowing(index.id())).isNotEmpty();
        }
      }
    }

    @Override
    public CompletableFuture<Void> change(MetaCommand command) {
      return sometimes(() -> apply(command));
    }

    private void apply(MetaCommand command) {
      if (command instanceof MetaCommand.BeginSplit split) {
        begin(split);
      } else if (command instanceof MetaCommand.MarkTableReady ready) {
        Stream.of(TableStatus.CREATING, TableStatus.UPDATING)
            .flatMap(status -> byId(ready.table(), status).stream())
            .filter(table -> table.warmth().segments() == ready.segments())
            .filter(table -> table.version() == ready.version())
            .forEach(
                table -> {
                  assertThat(isCut(table)).isTrue();
                  assertThat(holders(table)).isEqualTo(overlapping(table.id()));
                  indexIds(table).forEach(id -> assertThat(knowing(id)).isEqualTo(overlapping(id)));
                  tables.put(table.name(), table.withStatus(TableStatus.ACTIVE));
                });
      } else if (command instanceof MetaCommand.ForgetTable forget) {
        byId(forget.table(), TableStatus.DELETING)
            .forEach(
                table -> {
                  ids(table).forEach(id -> assertThat(knowing(id)).isEmpty());
                  tables.remove(table.name());
                });
      }
    }

    /** Once per partition, and only of what is there still, as the meta group sees to it. */
    private void begin(MetaCommand.BeginSplit split) {
      assertThat(split.origin()).isEqualTo(SplitOrigin.OPERATOR);
      map.partition(split.partition())
          .filter(parent -> parent.epoch() == split.epoch() && !splits.containsKey(parent.id()))
          .ifPresent(
              parent -> {
                assertThat(parent.range().contains(split.key())).isTrue();
                assertThat(parent.range().startInclusive()).isNotEqualTo(split.key());
                PartitionId child = new PartitionId(1_000 + nextId++);
                splits.put(parent.id(), new SplitOperation(parent, split.key(), child));
              });
    }

    private List<TableDescriptor> byId(TableId id, TableStatus status) {
      return tables.values().stream()
          .filter(table -> table.id().equals(id) && table.status() == status)
          .toList();
    }

    private static Stream<TableId> indexIds(TableDescriptor table) {
      return table.followers().globalIndexes().stream().map(GlobalIndex::id);
    }

    private static Stream<TableId> ids(TableDescriptor table) {
      return Stream.concat(Stream.of(table.id()), indexIds(table));
    }

    private List<PartitionId> knowing(TableId id) {
      return installed.entrySet().stream()
          .filter(entry -> entry.getValue().containsKey(id))
          .map(java.util.Map.Entry::getKey)
          .toList();
    }

    /** Those that know it as it is now. */
    private List<PartitionId> holders(TableDescriptor table) {
      return installed.entrySet().stream()
          .filter(entry -> Long.valueOf(table.version()).equals(entry.getValue().get(table.id())))
          .map(java.util.Map.Entry::getKey)
          .toList();
    }

    private List<PartitionId> overlapping(TableId id) {
      return map.partitions().stream()
          .filter(partition -> partition.range().overlaps(KeyEncoding.tableRange(id)))
          .map(ClusterMap.Partition::id)
          .sorted()
          .toList();
    }

    void checkPartitionsKnowExactlyWhatIsActive() {
      for (TableDescriptor table : tables.values()) {
        assertThat(holders(table)).isEqualTo(overlapping(table.id()));
        indexIds(table).forEach(id -> assertThat(knowing(id)).isEqualTo(overlapping(id)));
      }
      long known = installed.values().stream().mapToLong(TreeMap::size).sum();
      long expected =
          tables.values().stream()
              .flatMap(World::ids)
              .mapToLong(id -> overlapping(id).size())
              .sum();
      assertThat(known).isEqualTo(expected);
    }

    private CompletableFuture<Void> sometimes(Runnable action) {
      int fate = failPercent == 0 ? 99 : random.nextInt(100);
      if (fate >= failPercent) {
        action.run();
        if (random.nextInt(10) == 0) {
          action.run(); // applied twice
        }
        return CompletableFuture.completedFuture(null);
      }
      switch (fate % 3) {
        case 0 -> action.run(); // applied, but the answer is lost
        case 1 -> late.add(action); // applied later, by a controller long gone
        default -> {
          // never arrives
        }
      }
      return CompletableFuture.failedFuture(
          new StoreException.IndeterminateException("lost", null));
    }
  }
}
