package dev.holdfast.statemachine.transaction.simulation;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.statemachine.Replicas;
import dev.holdfast.statemachine.memory.MemoryKeyValueStore;
import dev.holdfast.statemachine.replica.Decider;
import dev.holdfast.statemachine.replica.ReplicaFactory;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import dev.holdfast.statemachine.storage.KeyValueStore;
import dev.holdfast.statemachine.table.TableWorkload;
import dev.holdfast.statemachine.transaction.Held;
import dev.holdfast.statemachine.transaction.TransactionReader;
import java.nio.file.Path;
import java.util.List;

/** A real partition whose leader's clock is off by a fixed time. */
final class Partition {
  private final World world;
  private final String name;
  private final Trace trace;
  private final long skewMicros;
  private final KeyValueStore store = MemoryKeyValueStore.open(Path.of("nowhere"));
  private final ReplicaFactory factory;
  private ReplicatedStateMachine replica;
  private long index = 1;
  private long stampMicros;

  Partition(World world, String name, Trace trace, long skewMicros, Decider decider) {
    this.world = world;
    this.name = name;
    this.trace = trace;
    this.skewMicros = skewMicros;
    this.factory =
        new ReplicaFactory(
            directory -> store,
            decider,
            new TransactionReader(),
            Replicas.options(WindowLimits.DEFAULT));
    this.replica = Replicas.withTable(factory);
  }

  @Override
  public String toString() {
    return name;
  }

  /** Begins again with what is stored. */
  void restart() {
    trace.note(world.nowMicros(), () -> name + " restarts");
    replica = factory.open(Replicas.partition(KeyRange.ALL), Path.of("nowhere"));
  }

  /** In an entry of its own, stamped now by this partition's clock. */
  Result apply(RequestId id, Command command) {
    stampMicros = Math.max(stampMicros, world.nowMicros() + skewMicros);
    Proposal proposal = new Proposal(id, Proposal.STAMP_UNKNOWN, false, command);
    Result result =
        replica
            .apply(new ApplyContext(1, ++index), new LogEntry(stampMicros, List.of(proposal)))
            .get(0);
    trace.note(
        world.nowMicros(),
        () ->
            "%s, stamp %.3f ms: %s -> %s"
                .formatted(name, stampMicros / 1000.0, Trace.name(command), Trace.name(result)));
    return result;
  }

  /** Attempts with intents here, as a resolver that walks the partition finds them. */
  List<Held> held() {
    return Held.in(store);
  }

  StateSnapshot snapshot() {
    return replica.snapshot();
  }

  long nowMicros() {
    return Math.max(stampMicros, world.nowMicros() + skewMicros);
  }

  static Read.Observe observation(int item) {
    return new Read.Observe(read(item));
  }

  static Read.Get read(int item) {
    return new Read.Get(TableWorkload.REF, Lists.key(item), Projection.ALL);
  }
}
