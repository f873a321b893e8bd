package dev.holdfast.statemachine.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.ChangeRecord.Kind;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableStream;
import dev.holdfast.statemachine.table.TableWorkload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/**
 * Invariant 8: whatever splits, merges, restores and streams that come and go, each stream has
 * every change that was made while it was enabled, once, and those of a key in their order.
 */
class ChangeLogProperties {
  private static final List<StreamView> VIEWS = List.of(StreamView.values());

  /** What a stream should say of one change. */
  private record Change(Kind kind, @Nullable Item before, @Nullable Item after) {}

  private final Map<Long, SortedMap<Bytes, List<Change>>> expected = new TreeMap<>();

  @Property(tries = 150)
  void aStreamIsTheHistoryOfItsTable(@ForAll long seed) throws IOException {
    Path home = Files.createTempDirectory("holdfast-test-changes");
    try {
      expected.clear();
      new Run(home, new Random(seed)).play();
    } finally {
      try (Stream<Path> files = Files.walk(home)) {
        for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private final class Run {
    private final LoggedPartitions partitions;
    private final Random random;
    private final TableWorkload workload;
    private TableDescriptor table =
        TableWorkload.TABLE.withFollowers(
            Followers.NONE.withStream(StreamView.NEW_AND_OLD_IMAGES, 1));

    Run(Path home, Random random) {
      this.partitions = new LoggedPartitions(home);
      this.random = random;
      this.workload = new TableWorkload(random);
    }

    void play() {
      partitions.toAll(new Command.InstallTable(table));
      for (int i = 0; i < 120; i++) {
        step();
      }
      check();
    }

    private void step() {
      switch (random.nextInt(12)) {
        case 0 -> partitions.split(collection());
        case 1 -> merge();
        case 2 -> partitions.restore(any());
        case 3 -> changeStream();
        case 4, 5 -> transact();
        default -> write();
      }
      if (random.nextInt(20) == 0) {
        check();
      }
    }

    private PartitionId any() {
      List<PartitionId> ids = partitions.ids();
      return ids.get(random.nextInt(ids.size()));
    }

    /** A collection of the table, or now and then the border of a table. */
    private Bytes collection() {
      return random.nextInt(4) == 0
          ? KeyEncoding.tablePrefix(table.id())
          : KeyEncoding.collectionPrefix(table.id(), workload.partitionKey().encode());
    }

    private void merge() {
      List<PartitionId> ids = partitions.ids();
      if (ids.size() > 1) {
        int left = random.nextInt(ids.size() - 1);
        partitions.merge(ids.get(left), ids.get(left + 1), random.nextInt(4) == 0);
      }
    }

    private void changeStream() {
      long now = 1 + partitions.now() / 1_000;
      Followers after =
          table.followers().needChangeLog()
              ? table.followers().withoutStream(now)
              : table.followers().withStream(VIEWS.get(random.nextInt(VIEWS.size())), now);
      table = table.withFollowers(after);
      partitions.toAll(new Command.InstallTable(table));
    }

    private void write() {
      List<Command.ItemWrite> writes = new ArrayList<>();
      PartitionId place = null;
      for (int count = 1 + random.nextInt(3); count > 0; count--) {
        Command.ItemWrite write = current(workload.write());
        PartitionId of = partitions.of(key(write));
        if (place == null || place.equals(of)) {
          place = of;
          writes.add(write);
        }
      }
      applied(Objects.requireNonNull(place), writes);
    }

    /** All that the writes of one entry change, which is seen by looking at the items. */
    private void applied(PartitionId place, List<? extends Command.ItemWrite> writes) {
      if (random.nextBoolean()) {
        for (Command.ItemWrite write : writes) {
          watched(List.of(write), () -> partitions.apply(place, write));
        }
        return;
      }
      Set<Bytes> keys = new LinkedHashSet<>(writes.stream().map(this::key).toList());
      if (keys.size() == writes.size()) { // otherwise who has changed what is not seen
        watched(writes, () -> partitions.apply(place, writes));
      }
    }

    private void transact() {
      Command.ItemWrite first = current(workload.write());
      PartitionId place = partitions.of(key(first));
      List<Command.ItemWrite> writes = new ArrayList<>(List.of(first));
      Command.ItemWrite second = current(workload.write());
      if (partitions.of(key(second)).equals(place) && !key(second).equals(key(first))) {
        writes.add(second);
      }
      List<TransactionAction> actions =
          writes.stream().<TransactionAction>map(TransactionAction.Write::new).toList();
      watched(
          writes, () -> partitions.apply(place, new TransactionCommand.Transact(null, actions)));
    }

    private void watched(List<? extends Command.ItemWrite> writes, Runnable action) {
      List<Optional<Item>> before = writes.stream().map(this::item).toList();
      action.run();
      for (int i = 0; i < writes.size(); i++) {
        expect(key(writes.get(i)), before.get(i).orElse(null), item(writes.get(i)).orElse(null));
      }
    }

    private void expect(Bytes key, @Nullable Item before, @Nullable Item after) {
      TableStream stream = table.followers().stream().orElse(null);
      if (stream == null || Objects.equals(before, after)) {
        return;
      }
      Kind kind = before == null ? Kind.INSERT : after == null ? Kind.REMOVE : Kind.MODIFY;
      StreamView view = stream.view();
      expected
          .computeIfAbsent(stream.labelMillis(), label -> new TreeMap<>())
          .computeIfAbsent(key, any -> new ArrayList<>())
          .add(
              new Change(
                  kind, view.showsBefore() ? before : null, view.showsAfter() ? after : null));
    }

    private Bytes key(Command.ItemWrite write) {
      return KeyEncoding.routingKey(table.id(), table.keySchema(), write.keyOrItem());
    }

    private Optional<Item> item(Command.ItemWrite write) {
      Item key = write.keyOrItem().keyOf(table.keySchema());
      ReadResult result =
          partitions.read(
              partitions.of(key(write)), new Read.Get(TableRef.of(table), key, Projection.ALL));
      return Optional.ofNullable(((ReadResult.Found) result).item());
    }

    /** The same write, of the table as it is now. */
    private Command.ItemWrite current(Command.ItemWrite write) {
      TableRef ref = TableRef.of(table);
      return write.dispatch(
          new Command.ItemHandler<>() {
            @Override
            public Command.ItemWrite put(Command.Put put) {
              return new Command.Put(
                  ref, put.item(), put.condition(), put.returnValues(), put.returnOnFailure());
            }

            @Override
            public Command.ItemWrite modify(Command.Modify modify) {
              return new Command.Modify(
                  ref,
                  modify.key(),
                  modify.update(),
                  modify.condition(),
                  modify.returnValues(),
                  modify.returnOnFailure());
            }

            @Override
            public Command.ItemWrite delete(Command.Delete delete) {
              return new Command.Delete(
                  ref,
                  delete.key(),
                  delete.condition(),
                  delete.returnValues(),
                  delete.returnOnFailure());
            }
          });
    }

    private void check() {
      SortedMap<SegmentId, ChangeSegment> segments = partitions.segments(table.id());
      Map<Long, SortedMap<Bytes, List<Change>>> found = new TreeMap<>();
      Map<Long, SortedMap<Bytes, Long>> numbers = new TreeMap<>();
      for (ChangeSegment segment : parentsFirst(segments)) {
        for (ChangeRecord record : partitions.records(table.id(), segment)) {
          assertThat(segment.stream()).isPositive();
          assertThat(record.number()).isGreaterThan(segment.id().number());
          Bytes key = KeyEncoding.routingKey(table.id(), table.keySchema(), record.key());
          Long earlier =
              numbers
                  .computeIfAbsent(segment.stream(), label -> new TreeMap<>())
                  .put(key, record.number());
          assertThat(earlier == null || earlier < record.number()).as("order").isTrue();
          found
              .computeIfAbsent(segment.stream(), label -> new TreeMap<>())
              .computeIfAbsent(key, any -> new ArrayList<>())
              .add(new Change(record.kind(), record.before(), record.after()));
        }
      }
      assertThat(found).isEqualTo(expected);
      assertThat(segments.values().stream().anyMatch(ChangeSegment::isOpen))
          .isEqualTo(table.followers().needChangeLog());
    }

    private List<ChangeSegment> parentsFirst(SortedMap<SegmentId, ChangeSegment> segments) {
      List<ChangeSegment> ordered = new ArrayList<>();
      Set<SegmentId> done = new LinkedHashSet<>();
      while (ordered.size() < segments.size()) {
        int before = ordered.size();
        for (ChangeSegment segment : segments.values()) {
          SegmentId parent = segment.parent();
          boolean isReady =
              parent == null || !segments.containsKey(parent) || done.contains(parent);
          if (isReady && done.add(segment.id())) {
            ordered.add(segment);
          }
        }
        assertThat(ordered.size()).as("a circle of parents").isGreaterThan(before);
      }
      return ordered;
    }
  }
}
