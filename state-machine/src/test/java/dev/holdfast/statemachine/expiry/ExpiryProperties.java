package dev.holdfast.statemachine.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.codec.StateCodec;
import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.expression.Update.Action;
import dev.holdfast.protocol.expression.Update.SetValue;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ExpiryEntry;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TimeToLive;
import dev.holdfast.statemachine.change.LoggedPartitions;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.table.TableWorkload;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/**
 * Whatever splits, merges, restores, transactions, and settings that come and go: an item that
 * expires has its row once the table is filled, a row that is nobody's goes, and nothing is deleted
 * that has not expired, or that a transaction holds.
 */
class ExpiryProperties {
  private static final long MICROS = 1_000_000;

  @Property(tries = 200)
  void rowsAreThoseOfTheItemsAndOnlyWhatHasExpiredGoes(@ForAll long seed) throws IOException {
    java.nio.file.Path home = Files.createTempDirectory("holdfast-test-expiry");
    try {
      new Run(home, new Random(seed)).play();
    } finally {
      try (Stream<java.nio.file.Path> files = Files.walk(home)) {
        for (java.nio.file.Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** A key that a transaction holds. */
  private record Holding(Attempt attempt, Bytes key) {}

  private static final class Run {
    private final LoggedPartitions partitions;
    private final Random random;
    private final TableWorkload workload;
    private final List<Holding> holdings = new ArrayList<>();

    /** Read some time ago, by leaders that were deposed since. */
    private final List<ExpiryEntry> late = new ArrayList<>();

    private TableDescriptor table;
    private long attemptCount;

    Run(java.nio.file.Path home, Random random) {
      this.partitions = new LoggedPartitions(home);
      this.random = random;
      this.workload = new TableWorkload(random);
      this.table = TableWorkload.TABLE;
    }

    void play() {
      partitions.toAll(new Command.InstallTable(table));
      for (int i = 0; i < 150; i++) {
        step();
        check();
      }
      while (!holdings.isEmpty()) {
        resolveOne();
      }
      partitions.toAll(new Command.InstallTable(table));
      tendAll();
      checkQuiet();
      partitions.pass(100 * MICROS);
      expireAll();
      checkNothingIsDue();
    }

    private void step() {
      switch (random.nextInt(16)) {
        case 0 -> partitions.split(splitKey());
        case 1 -> merge();
        case 2 -> partitions.restore(any());
        case 3 -> changeTimeToLive();
        case 4 -> partitions.apply(any(), new Command.InstallTable(table));
        case 5 -> prepare();
        case 6 -> resolveOne();
        case 7, 8 -> tend(any());
        case 9, 10 -> expire(any());
        case 11 -> partitions.pass(random.nextLong(2 * MICROS));
        default -> write(any());
      }
    }

    private PartitionId any() {
      List<PartitionId> ids = partitions.ids();
      return ids.get(random.nextInt(ids.size()));
    }

    private Bytes splitKey() {
      return random.nextInt(6) == 0
          ? KeyEncoding.tablePrefix(table.id())
          : KeyEncoding.collectionPrefix(table.id(), workload.partitionKey().encode());
    }

    private void merge() {
      List<PartitionId> ids = partitions.ids();
      if (ids.size() > 1) {
        int at = random.nextInt(ids.size() - 1);
        PartitionId left = ids.get(at);
        boolean isBusy = random.nextBoolean();
        partitions.merge(
            left,
            ids.get(at + 1),
            random.nextInt(3) == 0,
            () -> {
              if (isBusy) {
                meanwhile(left);
              }
            });
      }
    }

    /** What may happen to the one that absorbs. */
    private void meanwhile(PartitionId left) {
      switch (random.nextInt(7)) {
        case 0 -> partitions.apply(left, new Command.InstallTable(table));
        case 1 -> {
          changeSetting();
          partitions.apply(left, new Command.InstallTable(table));
        }
        case 2, 3 -> tend(left);
        case 4 -> expire(left);
        default -> write(left);
      }
    }

    private void changeTimeToLive() {
      changeSetting();
      for (PartitionId id : partitions.ids()) {
        if (random.nextInt(5) > 0) {
          partitions.apply(id, new Command.InstallTable(table));
        }
      }
    }

    private void changeSetting() {
      String attribute = random.nextInt(3) == 0 ? "b" : "ttl";
      TimeToLive after =
          table.expiry() != null && random.nextInt(3) > 0
              ? null
              : new TimeToLive(attribute, TimeToLive.State.ENABLING, table.version() + 1);
      table = table.withFollowers(table.followers().withTimeToLive(after));
    }

    private void write(PartitionId id) {
      Command.ItemWrite write = randomWrite(ref(id));
      if (partitions.replica(id).partition().range().contains(key(write))) {
        partitions.apply(id, write);
      }
    }

    private TableRef ref(PartitionId id) {
      return TableRef.of(Objects.requireNonNull(descriptor(id)));
    }

    private Command.ItemWrite randomWrite(TableRef ref) {
      Item key = Item.of(workload.key());
      return switch (random.nextInt(5)) {
        case 0 -> new Command.Delete(ref, key, null, ReturnValues.NONE, ReturnOnFailure.NONE);
        case 1 -> {
          Action.Set set = new Action.Set(Path.of("ttl"), new SetValue.Literal(time().encode()));
          yield new Command.Modify(
              ref, key, new Update(List.of(set)), null, ReturnValues.NONE, ReturnOnFailure.NONE);
        }
        default -> {
          SortedMap<String, AttributeValue> attributes = new TreeMap<>(key.toMap());
          if (random.nextInt(4) > 0) {
            attributes.put("ttl", time());
          }
          if (random.nextInt(4) > 0) {
            attributes.put("b", new AttributeValue.N(BigDecimal.valueOf(random.nextInt(20) - 2)));
          }
          yield new Command.Put(
              ref, Item.of(attributes), null, ReturnValues.NONE, ReturnOnFailure.NONE);
        }
      };
    }

    /** About now, mostly. */
    private AttributeValue time() {
      BigDecimal now = BigDecimal.valueOf(partitions.now(), 6);
      return switch (random.nextInt(8)) {
        case 0 -> new AttributeValue.S("1");
        case 1 -> new AttributeValue.N(new BigDecimal("1E+100"));
        case 2 -> new AttributeValue.N(new BigDecimal("-3"));
        case 3 -> new AttributeValue.N(now);
        default ->
            new AttributeValue.N(new BigDecimal(partitions.now() / MICROS + random.nextInt(6) - 2));
      };
    }

    private Bytes key(Command.ItemWrite write) {
      return KeyEncoding.routingKey(table.id(), table.keySchema(), write.keyOrItem());
    }

    private void prepare() {
      PartitionId id = any();
      Command.ItemWrite write = randomWrite(ref(id));
      Bytes key = key(write);
      Attempt attempt =
          new Attempt(new AttemptId(9, ++attemptCount), key, partitions.now() + 9 * MICROS, null);
      Result result =
          partitions.apply(
              id,
              new TransactionCommand.Prepare(attempt, List.of(new TransactionAction.Write(write))));
      if (result instanceof Result.Transacted) {
        holdings.add(new Holding(attempt, key));
      }
    }

    private void resolveOne() {
      if (!holdings.isEmpty()) {
        resolve(holdings.remove(random.nextInt(holdings.size())));
      }
    }

    private void resolve(Holding holding) {
      List<Bytes> keys = List.of(holding.key());
      Result result =
          partitions.apply(
              partitions.of(holding.key()),
              random.nextBoolean()
                  ? new TransactionCommand.Commit(holding.attempt(), keys)
                  : new TransactionCommand.Abort(holding.attempt(), keys));
      assertThat(result).isEqualTo(new Result.Done());
    }

    private boolean tend(PartitionId id) {
      Command.TendExpiry step =
          new Command.TendExpiry(table.id(), 1 + random.nextInt(4), 50 + random.nextInt(200));
      Result result = partitions.apply(id, step);
      Result.Tended tended = (Result.Tended) result;
      assertThat(tended.filled()).isEqualTo(work(id).fillFrom() == null);
      return !tended.goesOn();
    }

    private void tendAll() {
      for (PartitionId id : partitions.ids()) {
        int count = 0;
        while (!tend(id)) {
          assertThat(++count).as("steps").isLessThan(1_000);
        }
      }
    }

    private void expire(PartitionId id) {
      long ahead = random.nextInt(4) == 0 ? random.nextInt(10) : 0; // a clock that is ahead
      Bytes from = Bytes.EMPTY;
      do {
        Read.Expired read =
            new Read.Expired(partitions.now() / MICROS + ahead, from, 1 + random.nextInt(4));
        ReadResult.Expired found = (ReadResult.Expired) partitions.read(id, read);
        if (random.nextInt(4) == 0) {
          late.addAll(found.entries());
        } else {
          expire(id, found.entries());
        }
        from = found.next();
      } while (!from.isEmpty());
      if (random.nextBoolean()) {
        expire(id, late);
        late.clear();
      }
    }

    private void expire(PartitionId id, List<ExpiryEntry> entries) {
      SortedMap<Bytes, Item> before = items(id);
      TableDescriptor known = descriptor(id);
      TimeToLive timeToLive = known == null ? null : known.expiry();
      Result result = partitions.apply(id, new Command.Expire(entries));
      SortedMap<Bytes, Item> expected = new TreeMap<>(before);
      SortedSet<Bytes> seen = new TreeSet<>();
      for (ExpiryEntry entry : entries) {
        long second =
            timeToLive == null
                ? TimeToLive.NEVER
                : timeToLive.expirySecond(before.get(entry.key()));
        boolean isHeld = holdings.stream().anyMatch(each -> each.key().equals(entry.key()));
        if (seen.add(entry.key())
            && second == entry.second()
            && second != TimeToLive.NEVER
            && second * MICROS <= partitions.now()
            && !isHeld) {
          expected.remove(entry.key());
        }
      }
      assertThat(items(id)).isEqualTo(expected);
      assertThat(result).isEqualTo(new Result.Expired(before.size() - expected.size()));
    }

    private void expireAll() {
      for (PartitionId id : partitions.ids()) {
        Read.Expired read = new Read.Expired(partitions.now() / MICROS, Bytes.EMPTY, 1_000);
        expire(id, ((ReadResult.Expired) partitions.read(id, read)).entries());
      }
    }

    private void checkNothingIsDue() {
      for (PartitionId id : partitions.ids()) {
        TimeToLive timeToLive = Objects.requireNonNull(descriptor(id)).expiry();
        for (Item item : items(id).values()) {
          long second = timeToLive == null ? TimeToLive.NEVER : timeToLive.expirySecond(item);
          assertThat(second == TimeToLive.NEVER || second * MICROS > partitions.now()).isTrue();
        }
      }
    }

    /** The items of a partition's range. */
    private SortedMap<Bytes, Item> items(PartitionId id) {
      SortedMap<Bytes, Item> items = new TreeMap<>();
      KeyRange range = partitions.replica(id).partition().range();
      partitions
          .rows(id)
          .subMap(KeyLayout.start(KeyLayout.ITEM), KeyLayout.end(KeyLayout.ITEM))
          .forEach(
              (key, row) -> {
                if (range.contains(key.slice(1))) {
                  items.put(key.slice(1), new Item(row));
                }
              });
      return items;
    }

    private SortedSet<Bytes> rows(PartitionId id) {
      SortedSet<Bytes> keys =
          new TreeSet<>(
              partitions
                  .rows(id)
                  .subMap(KeyLayout.start(KeyLayout.EXPIRY), KeyLayout.end(KeyLayout.EXPIRY))
                  .keySet());
      keys.removeIf(ExpiryRows::isWork);
      return keys;
    }

    private @Nullable TableDescriptor descriptor(PartitionId id) {
      Bytes row = partitions.rows(id).get(KeyLayout.key(KeyLayout.TABLE, table.id().value()));
      return row == null ? null : StateCodec.decodeTable(row);
    }

    private ExpiryWork work(PartitionId id) {
      return ExpiryWork.decode(partitions.rows(id).get(ExpiryRows.work(table.id())));
    }

    private SortedSet<Bytes> expected(PartitionId id, TimeToLive timeToLive) {
      Bytes filledTo = work(id).fillFrom();
      SortedSet<Bytes> keys = new TreeSet<>();
      items(id)
          .forEach(
              (key, item) -> {
                long second = timeToLive.expirySecond(item);
                if (second != TimeToLive.NEVER
                    && (filledTo == null || key.compareTo(filledTo) < 0)) {
                  keys.add(ExpiryRows.key(new ExpiryEntry(second, key)));
                }
              });
      return keys;
    }

    /** At every moment: no row is missing; others there are only while there is work. */
    private void check() {
      for (PartitionId id : partitions.ids()) {
        TimeToLive timeToLive = Objects.requireNonNull(descriptor(id)).expiry();
        if (timeToLive == null) {
          assertThat(rows(id)).isEmpty();
          assertThat(work(id)).isEqualTo(ExpiryWork.NONE);
          continue;
        }
        SortedSet<Bytes> expected = expected(id, timeToLive);
        assertThat(rows(id)).containsAll(expected);
        if (work(id).equals(ExpiryWork.NONE)) {
          assertThat(rows(id)).isEqualTo(expected);
        }
      }
    }

    private void checkQuiet() {
      check();
      partitions.ids().forEach(id -> assertThat(work(id)).isEqualTo(ExpiryWork.NONE));
    }
  }
}
