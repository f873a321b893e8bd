package dev.holdfast.statemachine.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.CancellationReason;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.Replicas;
import dev.holdfast.statemachine.Rows;
import dev.holdfast.statemachine.replica.NumbersRow;
import dev.holdfast.statemachine.replica.ReplicaFactory;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.storage.KeyLayout;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.transaction.TransactionDecider;
import dev.holdfast.statemachine.transaction.TransactionReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What is counted of item collections is what they hold, and bounds them. */
class CollectionSizeTest {
  private static final Bytes P1 =
      KeyLayout.key(
          KeyLayout.COLLECTION,
          KeyEncoding.collectionPrefix(TableWorkload.TABLE.id(), EncodedValue.ofString("p1")));

  private final SortedMap<Bytes, Bytes> planted = new TreeMap<>();

  /** A replica and its store; a test's own. */
  private static final class Held implements AutoCloseable {
    private final KeyValueStore store;
    private final ReplicatedStateMachine replica;
    private long index;

    Held(SortedMap<Bytes, Bytes> rows) {
      store = Rows.store(rows);
      replica =
          new ReplicaFactory(
                  directory -> store,
                  new TransactionDecider(),
                  new TransactionReader(),
                  Replicas.options(WindowLimits.DEFAULT))
              .open(Replicas.partition(KeyRange.ALL), Path.of("nowhere"));
      apply(new Command.InstallTable(TableWorkload.TABLE));
    }

    Result apply(Command command) {
      return applyTogether(command).get(0);
    }

    /** In one entry. */
    List<Result> applyTogether(Command... commands) {
      index++;
      List<Proposal> proposals = new ArrayList<>();
      for (Command command : commands) {
        RequestId id = new RequestId(proposals.size() + 1, index);
        proposals.add(new Proposal(id, 0, false, command));
      }
      return replica.apply(new ApplyContext(1, index), new LogEntry(index, proposals));
    }

    SortedMap<Bytes, Bytes> ofKind(byte kind) {
      return Rows.of(store).subMap(KeyLayout.start(kind), KeyLayout.end(kind));
    }

    @Override
    public void close() {
      replica.close();
    }
  }

  @Property(tries = 40)
  void whatIsCountedIsWhatThereIs(@ForAll long seed) {
    TableWorkload workload = new TableWorkload(new Random(seed));
    try (Held held = new Held(planted)) {
      for (int i = 0; i < 150; i++) {
        Command.ItemWrite write = workload.write();
        Result result = held.apply(write);
        if (result instanceof Result.Written written) {
          Long there = summed(held).get(rowKey(write.keyOrItem()));
          assertThat(written.cost().collectionBytes()).isEqualTo(there == null ? 0 : there);
        }
      }
      TreeMap<Bytes, Long> counted = new TreeMap<>();
      held.ofKind(KeyLayout.COLLECTION)
          .forEach((key, row) -> counted.put(key, NumbersRow.of(row).get(0)));
      assertThat(counted).as("and no row of an empty collection").isEqualTo(summed(held));
    }
  }

  private static SortedMap<Bytes, Long> summed(Held held) {
    TreeMap<Bytes, Long> sums = new TreeMap<>();
    held.ofKind(KeyLayout.ITEM)
        .values()
        .forEach(
            row -> {
              Item item = new Item(row);
              sums.merge(
                  rowKey(item), IndexView.sizeWithEntries(TableWorkload.TABLE, item), Long::sum);
            });
    return sums;
  }

  private static Bytes rowKey(Item item) {
    EncodedValue partitionKey = Objects.requireNonNull(item.attribute("pk"));
    return KeyLayout.key(
        KeyLayout.COLLECTION, KeyEncoding.collectionPrefix(TableWorkload.TABLE.id(), partitionKey));
  }

  @Test
  void aFullCollectionTakesNoMoreAndCanBeEmptied() {
    plant(CollectionSize.BYTES_MAX - 10);
    try (Held held = new Held(planted)) {
      assertThat(held.apply(put("p1", 1, 100)))
          .isEqualTo(new Result.Rejected(new Rejection.CollectionTooLarge()));
      assertThat(held.apply(put("p2", 1, 100))).isInstanceOf(Result.Written.class);
      assertThat(held.ofKind(KeyLayout.ITEM)).hasSize(1);
    }
    plant(CollectionSize.BYTES_MAX - 200);
    try (Held held = new Held(planted)) {
      assertThat(held.apply(put("p1", 1, 100))).isInstanceOf(Result.Written.class);
      assertThat(held.apply(put("p1", 2, 100)))
          .isEqualTo(new Result.Rejected(new Rejection.CollectionTooLarge()));
      assertThat(held.apply(put("p1", 1, 90))).as("it shrinks").isInstanceOf(Result.Written.class);
      assertThat(held.apply(delete("p1", 1))).isInstanceOf(Result.Written.class);
      assertThat(NumbersRow.of(held.ofKind(KeyLayout.COLLECTION).get(P1)).get(0))
          .isEqualTo(CollectionSize.BYTES_MAX - 200);
    }
  }

  @Test
  void aTransactionSaysWhichItemWouldBeTooMuch() {
    plant(CollectionSize.BYTES_MAX - 10);
    try (Held held = new Held(planted)) {
      Result result =
          held.apply(
              new TransactionCommand.Transact(
                  null,
                  List.of(
                      new TransactionAction.Write(put("p2", 1, 100)),
                      new TransactionAction.Write(put("p1", 1, 100)))));
      assertThat(result)
          .isEqualTo(
              new Result.Rejected(
                  new Rejection.Cancelled(
                      List.of(
                          new CancellationReason.None(),
                          new CancellationReason.CollectionTooLarge()))));
      assertThat(held.ofKind(KeyLayout.ITEM)).isEmpty();
    }
  }

  /** R6: the first time may have been answered, and the transaction be on its way to commit. */
  @Test
  void aPrepareThatComesAgainIsDoneThoughItsCollectionIsFullByNow() {
    plant(CollectionSize.BYTES_MAX - 200);
    TransactionCommand.Prepare prepare =
        new TransactionCommand.Prepare(
            new Attempt(new AttemptId(0, 1), Bytes.EMPTY, 1_000, null),
            List.of(new TransactionAction.Write(put("p1", 1, 100))));
    try (Held held = new Held(planted)) {
      Result first = held.apply(prepare);
      assertThat(first).isInstanceOf(Result.Transacted.class);
      assertThat(held.apply(put("p1", 2, 100))).isInstanceOf(Result.Written.class);
      assertThat(held.apply(put("p1", 3, 100)))
          .isEqualTo(new Result.Rejected(new Rejection.CollectionTooLarge()));
      assertThat(held.apply(prepare)).isInstanceOf(Result.Transacted.class);
    }
  }

  @Test
  void nothingIsCountedOfADroppedTable() {
    try (Held held = new Held(planted)) {
      held.apply(put("p1", 1, 100));
      assertThat(held.ofKind(KeyLayout.COLLECTION)).hasSize(1);
      held.applyTogether(put("p1", 2, 100), new Command.DropTable(TableWorkload.TABLE.id()));
      assertThat(held.ofKind(KeyLayout.COLLECTION)).isEmpty();
    }
  }

  private void plant(long bytes) {
    planted.clear();
    planted.put(P1, Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(bytes).array()));
  }

  private static Command.Put put(String partitionKey, int sortKey, int bytes) {
    TreeMap<String, EncodedValue> attributes = new TreeMap<>(key(partitionKey, sortKey));
    attributes.put("x", EncodedValue.ofString("x".repeat(bytes)));
    return new Command.Put(
        TableWorkload.REF,
        Item.ofEncoded(attributes),
        null,
        ReturnValues.NONE,
        ReturnOnFailure.NONE);
  }

  private static Command.Delete delete(String partitionKey, int sortKey) {
    return new Command.Delete(
        TableWorkload.REF,
        Item.ofEncoded(new TreeMap<>(key(partitionKey, sortKey))),
        null,
        ReturnValues.NONE,
        ReturnOnFailure.NONE);
  }

  private static Map<String, EncodedValue> key(String partitionKey, int sortKey) {
    return Map.of("pk", EncodedValue.ofString(partitionKey), "sk", EncodedValue.ofNumber(sortKey));
  }
}
