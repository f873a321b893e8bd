package dev.holdfast.node.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.node.transaction.SimulatedWorld;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.IndexEntries;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Invariant 9: whatever is delayed, lost, repeated, split, merged and handed over, an index is the
 * projection of its table once all is quiet. {@code -Dindex.simulation.seed=S} plays one seed.
 */
class IndexSimulationTest {
  private static final GlobalIndex BY_COLOUR =
      index(
          0x7100000000000001L,
          "byColour",
          List.of(new KeyAttribute("colour", ScalarType.S)),
          List.of(new KeyAttribute("size", ScalarType.N)),
          new IndexProjection(IndexProjection.Kind.ALL, List.of()));

  private static final GlobalIndex BY_SHAPE =
      index(
          0x1100000000000001L,
          "byShape",
          List.of(new KeyAttribute("shape", ScalarType.S), new KeyAttribute("p", ScalarType.S)),
          List.of(),
          new IndexProjection(IndexProjection.Kind.INCLUDE, List.of("note")));

  private static final TableDescriptor TABLE =
      new TableDescriptor(
              new TableId(0x4100000000000001L),
              "things",
              1,
              TableStatus.ACTIVE,
              new KeySchema(
                  new KeyAttribute("p", ScalarType.S), new KeyAttribute("s", ScalarType.N)),
              List.of(),
              BillingMode.PAY_PER_REQUEST,
              Throughput.NONE,
              false,
              new TreeMap<>(),
              1)
          .withFollowers(Followers.NONE.withGlobalIndexes(List.of(BY_COLOUR, BY_SHAPE)));

  @TempDir private Path directory;

  private static GlobalIndex index(
      long id,
      String name,
      List<KeyAttribute> partitionKey,
      List<KeyAttribute> sortKey,
      IndexProjection projection) {
    return new GlobalIndex(
        new TableId(id),
        name,
        partitionKey,
        sortKey,
        projection,
        GlobalIndex.Status.ACTIVE,
        Throughput.NONE,
        OnDemandLimits.NONE);
  }

  @Test
  void anIndexIsTheProjectionOfItsTableInTheEnd() throws IOException {
    Long given = Long.getLong("index.simulation.seed");
    int filledCount = 0;
    for (long seed = given == null ? 1 : given; seed <= (given == null ? 40 : given); seed++) {
      Run run = new Run(seed, Files.createDirectory(directory.resolve("seed" + seed)));
      run.play();
      filledCount += run.filledCount;
    }
    assertThat(filledCount).isPositive();
  }

  private static final class Run {
    private final long seed;
    private final SimulatedWorld world;
    private final Random random;
    private final IndexedPartitions partitions;
    private final List<SimulatedLeader> leaders = new ArrayList<>();
    private TableDescriptor table = TABLE;

    /** Items that have not been written since the indexes were changed last. */
    private final SortedMap<Bytes, Item> untouched = new TreeMap<>();

    private int filledCount;

    Run(long seed, Path home) {
      this.seed = seed;
      this.world = new SimulatedWorld(seed);
      this.random = world.random();
      this.partitions = new IndexedPartitions(world, home);
    }

    void play() {
      partitions.toAll(new Command.InstallTable(TABLE.ofIndex(BY_COLOUR)));
      partitions.toAll(new Command.InstallTable(TABLE.ofIndex(BY_SHAPE)));
      partitions.toAll(new Command.InstallTable(TABLE));
      leaders.add(new SimulatedLeader(world, partitions));
      long now = world.nowMicros();
      for (int i = 0; i < 300; i++) {
        now += random.nextInt(60_000);
        world.runUntilMicros(now);
        step();
        checkFilled();
      }
      leaders.forEach(SimulatedLeader::calm);
      world.runUntilMicros(now + 60_000_000);
      for (GlobalIndex index : table.followers().globalIndexes()) {
        check(index);
      }
      checkTotals(table, rows(table));
      assertThat(backlog()).as("seed %d: what is not delivered", seed).isZero();
    }

    private void step() {
      switch (random.nextInt(30)) {
        case 0 -> partitions.split(anyKey());
        case 1 -> {
          int count = partitions.all().size();
          if (count > 1) {
            partitions.merge(random.nextInt(count - 1));
          }
        }
        case 2 -> {
          leaders.get(leaders.size() - 1).die();
          leaders.add(new SimulatedLeader(world, partitions));
        }
        case 3 -> changeStream();
        case 4 -> changeIndexes();
        default -> write();
      }
    }

    private void changeStream() {
      long millis = world.nowMicros() / 1_000;
      Followers now = table.followers();
      table =
          table.withFollowers(
              now.stream().isPresent()
                  ? now.withoutStream(millis)
                  : now.withStream(StreamView.KEYS_ONLY, millis));
      partitions.toAll(new Command.InstallTable(table));
    }

    /** Adds an index to a table that has items, or takes it away again, filled or not. */
    private void changeIndexes() {
      List<GlobalIndex> indexes = new ArrayList<>(table.followers().globalIndexes());
      GlobalIndex last = indexes.get(indexes.size() - 1);
      boolean isAdded = last.name().equals("bySize");
      if (isAdded) {
        indexes.remove(last);
      } else {
        GlobalIndex added =
            index(
                    0x2100000000000001L + table.version(),
                    "bySize",
                    List.of(new KeyAttribute("size", ScalarType.N)),
                    List.of(new KeyAttribute("colour", ScalarType.S)),
                    new IndexProjection(IndexProjection.Kind.KEYS_ONLY, List.of()))
                .addedWith(table.version() + 1)
                .withStatus(GlobalIndex.Status.BACKFILLING);
        partitions.toAll(new Command.InstallTable(table.ofIndex(added)));
        indexes.add(added);
      }
      table = table.withFollowers(table.followers().withGlobalIndexes(indexes));
      partitions.toAll(new Command.InstallTable(table));
      if (isAdded) {
        partitions.toAll(new Command.DropTable(last.id()));
      }
      untouched.clear();
      rows(table).forEach(item -> untouched.put(key(item), item));
    }

    /** No index is complete, by the word of all partitions, before every item is in it. */
    private void checkFilled() {
      GlobalIndex last =
          table.followers().globalIndexes().get(table.followers().globalIndexes().size() - 1);
      boolean isFilled =
          last.status() == GlobalIndex.Status.BACKFILLING
              && partitions.all().stream()
                  .allMatch(
                      replica ->
                          ((ReadResult.Undelivered)
                                  partitions.read(replica, new Read.Undelivered()))
                              .backfills()
                              .isEmpty());
      if (!isFilled) {
        return;
      }
      filledCount++;
      SortedMap<Bytes, Item> found = new TreeMap<>();
      for (Item entry : rows(table.ofIndex(last))) {
        found.put(entries(last).keyOf(entry), entry);
      }
      for (Item item : untouched.values()) {
        Bytes key = entries(last).routingKey(item);
        if (key != null) {
          assertThat(found).as("seed %d: a filled index", seed).containsKey(key);
        }
      }
    }

    private Bytes key(Item item) {
      return KeyEncoding.routingKey(table.id(), table.keySchema(), item);
    }

    private Bytes anyKey() {
      Item item = item();
      return switch (random.nextInt(3)) {
        case 0 -> KeyEncoding.routingKey(table.id(), table.keySchema(), item);
        case 1 -> entries(BY_COLOUR).keyOf(whole(item));
        default -> entries(BY_SHAPE).keyOf(whole(item));
      };
    }

    private static Item whole(Item item) {
      SortedMap<String, AttributeValue> attributes = new TreeMap<>(item.toMap());
      attributes.putIfAbsent("colour", AttributeValue.s("red"));
      attributes.putIfAbsent("size", AttributeValue.n(1));
      attributes.putIfAbsent("shape", AttributeValue.s("round"));
      return Item.of(attributes);
    }

    private void write() {
      Item item = item();
      Command.ItemWrite write =
          random.nextInt(4) == 0
              ? new Command.Delete(
                  TableRef.of(table),
                  item.keyOf(table.keySchema()),
                  null,
                  ReturnValues.NONE,
                  ReturnOnFailure.NONE)
              : new Command.Put(
                  TableRef.of(table), item, null, ReturnValues.NONE, ReturnOnFailure.NONE);
      untouched.remove(key(item));
      partitions.apply(partitions.of(key(item)), write);
    }

    private Item item() {
      SortedMap<String, AttributeValue> attributes = new TreeMap<>();
      attributes.put("p", AttributeValue.s("p" + random.nextInt(4)));
      attributes.put("s", AttributeValue.n(random.nextInt(4)));
      if (random.nextInt(5) > 0) {
        attributes.put("colour", AttributeValue.s(random.nextBoolean() ? "red" : "blue"));
      }
      if (random.nextInt(5) > 0) {
        attributes.put("size", AttributeValue.n(random.nextInt(3)));
      }
      if (random.nextInt(3) > 0) {
        attributes.put("shape", AttributeValue.s(random.nextBoolean() ? "round" : "flat"));
      }
      attributes.put("note", AttributeValue.n(random.nextInt(3)));
      attributes.put("other", AttributeValue.n(random.nextInt(3)));
      return Item.of(attributes);
    }

    private IndexEntries entries(GlobalIndex index) {
      return new IndexEntries(index, table.keySchema());
    }

    private void check(GlobalIndex index) {
      SortedMap<Bytes, Item> expected = new TreeMap<>();
      for (Item item : rows(table)) {
        Bytes key = entries(index).routingKey(item);
        if (key != null) {
          expected.put(key, entries(index).entry(item));
        }
      }
      SortedMap<Bytes, Item> found = new TreeMap<>();
      for (Item entry : rows(table.ofIndex(index))) {
        found.put(entries(index).keyOf(entry), entry);
      }
      assertThat(found).as("seed %d, index %s", seed, index.name()).isEqualTo(expected);
      checkTotals(table.ofIndex(index), expected.values());
    }

    /** Counted by the writes, through splits and merges: exact once all is quiet. */
    private void checkTotals(TableDescriptor of, Collection<Item> expected) {
      long bytes = expected.stream().mapToLong(Item::sizeBytes).sum();
      assertThat(totals(of))
          .as("seed %d, totals of %s", seed, of.name())
          .containsExactly((long) expected.size(), bytes);
    }

    private List<Item> rows(TableDescriptor of) {
      List<Item> rows = new ArrayList<>();
      scan(of, new Read.Output.Items(Projection.ALL)).forEach(page -> rows.addAll(page.items()));
      return rows;
    }

    private List<Long> totals(TableDescriptor of) {
      long count = 0;
      long bytes = 0;
      for (ReadResult.Page page : scan(of, new Read.Output.Totals())) {
        count += page.count();
        bytes += page.scannedBytes();
      }
      return List.of(count, bytes);
    }

    private List<ReadResult.Page> scan(TableDescriptor of, Read.Output output) {
      List<ReadResult.Page> pages = new ArrayList<>();
      for (ReplicatedStateMachine replica : partitions.all()) {
        Read.Scan scan =
            new Read.Scan(
                TableRef.of(of),
                null,
                KeyEncoding.tableRange(of.id()),
                new Paging(null, Paging.Order.ASCENDING, Integer.MAX_VALUE, Integer.MAX_VALUE),
                null,
                output);
        if (partitions.read(replica, scan) instanceof ReadResult.Page page) {
          pages.add(page);
        }
      }
      return pages;
    }

    private long backlog() {
      long backlog = 0;
      for (ReplicatedStateMachine replica : partitions.all()) {
        ReadResult.Undelivered found =
            (ReadResult.Undelivered) partitions.read(replica, new Read.Undelivered());
        backlog += found.backfills().size();
        for (ReadResult.Backlog each : found.backlogs()) {
          Read.Changes read =
              new Read.Changes(
                  each.table().id(),
                  each.segment().id(),
                  each.segment().start(),
                  each.segment().deliveredThrough(),
                  10,
                  1 << 20);
          ReadResult.Changes changes = (ReadResult.Changes) partitions.read(replica, read);
          backlog += Objects.requireNonNull(changes).records().size();
        }
      }
      return backlog;
    }
  }
}
