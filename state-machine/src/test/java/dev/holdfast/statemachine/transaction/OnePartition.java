package dev.holdfast.statemachine.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.Replicas;
import dev.holdfast.statemachine.memory.MemoryKeyValueStore;
import dev.holdfast.statemachine.replica.ReplicaFactory;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import dev.holdfast.statemachine.spi.TransactionCounts;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.table.TableWorkload;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** A replica that tests feed by hand, an entry at a time, with the stamps they choose. */
@NullUnmarked // null is "no condition"
final class OnePartition {
  private final KeyValueStore store = MemoryKeyValueStore.open(Path.of("nowhere"));
  private final ReplicatedStateMachine replica;
  private long index = 1;
  private long requests;

  OnePartition() {
    this(TransactionLimits.DEFAULT);
  }

  OnePartition(TransactionLimits limits) {
    this(limits, new TransactionReader());
  }

  OnePartition(TransactionLimits limits, TransactionReader reader) {
    replica =
        Replicas.withTable(
            new ReplicaFactory(
                directory -> store,
                new TransactionDecider(limits),
                reader,
                Replicas.options(WindowLimits.DEFAULT)));
  }

  /** Applies a command with a request id of its own. */
  Result apply(long stampMicros, Command command) {
    RequestId id = new RequestId(7, ++requests);
    return apply(stampMicros, new Proposal(id, Proposal.STAMP_UNKNOWN, false, command));
  }

  Result apply(long stampMicros, Proposal proposal) {
    return replica
        .apply(new ApplyContext(1, ++index), new LogEntry(stampMicros, List.of(proposal)))
        .get(0);
  }

  /** As the partition counts, which must be what there is. */
  TransactionCounts counts() {
    TransactionCounts counts = replica.transactionCounts();
    assertThat(counts).isEqualTo(TransactionRows.count(store));
    return counts;
  }

  ReadResult read(Read read, KnownOutcomes outcomes) {
    try (StateSnapshot snapshot = replica.snapshot()) {
      return snapshot.read(read, outcomes);
    }
  }

  List<Attempt> unknown(Read read, KnownOutcomes outcomes) {
    try (StateSnapshot snapshot = replica.snapshot()) {
      return snapshot.unknown(read, outcomes);
    }
  }

  @Nullable Item item(String name) {
    try (StateSnapshot snapshot = replica.snapshot()) {
      ReadResult result =
          snapshot.read(
              new Read.Get(TableWorkload.REF, key(name), Projection.ALL),
              KnownOutcomes.NONE_CARED_FOR);
      return ((ReadResult.Found) result).item();
    }
  }

  /** The "v" of an item; null when there is no item. */
  @Nullable String value(String name) {
    Item item = item(name);
    return item == null ? null : ((AttributeValue.S) item.toMap().get("v")).value();
  }

  static Item key(String name) {
    return item(name, null);
  }

  static Item item(String name, @Nullable String value) {
    SortedMap<String, AttributeValue> attributes = new TreeMap<>();
    attributes.put("pk", new AttributeValue.S(name));
    attributes.put("sk", new AttributeValue.N(BigDecimal.ONE));
    if (value != null) {
      attributes.put("v", new AttributeValue.S(value));
    }
    return Item.of(attributes);
  }

  static Bytes routingKey(String name) {
    return KeyEncoding.routingKey(TableWorkload.TABLE.id(), TableWorkload.SCHEMA, key(name));
  }

  static Command.Put put(String name, String value) {
    return put(name, value, null);
  }

  static Command.Put put(String name, String value, @Nullable Condition condition) {
    return new Command.Put(
        TableWorkload.REF,
        item(name, value),
        condition,
        ReturnValues.NONE,
        ReturnOnFailure.ALL_OLD);
  }

  static TransactionAction write(Command.ItemWrite write) {
    return new TransactionAction.Write(write);
  }

  static TransactionAction check(String name, Condition condition) {
    return new TransactionAction.Check(
        TableWorkload.REF, key(name), condition, ReturnOnFailure.NONE);
  }
}
