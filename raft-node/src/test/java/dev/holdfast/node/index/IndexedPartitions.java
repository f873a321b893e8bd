package dev.holdfast.node.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.node.transaction.SimulatedWorld;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.MergeCommand;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.MergeOperation;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.SplitOperation;
import dev.holdfast.statemachine.memory.MemoryKeyValueStore;
import dev.holdfast.statemachine.replica.ReplicaFactory;
import dev.holdfast.statemachine.replica.ReplicaOptions;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.MergeProgress;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateMachineFactory;
import dev.holdfast.statemachine.spi.StateSnapshot;
import dev.holdfast.statemachine.transaction.TransactionDecider;
import dev.holdfast.statemachine.transaction.TransactionReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Real partitions in memory that divide the keyspace, split and merge; stamped by one clock. */
final class IndexedPartitions {
  private final SimulatedWorld world;
  private final Path home;
  private final StateMachineFactory factory;
  private final SortedMap<PartitionId, ReplicatedStateMachine> replicas = new TreeMap<>();
  private long nextId = 2;
  private long requests;
  private long mapEpoch;

  IndexedPartitions(SimulatedWorld world, Path home) {
    this.world = world;
    this.home = home;
    ReplicaOptions options =
        new ReplicaOptions(
            WindowLimits.DEFAULT,
            IllegalStateException::new,
            (partition, index, proposed, own) -> {},
            this::plant);
    this.factory =
        new ReplicaFactory(
            MemoryKeyValueStore::open, new TransactionDecider(), new TransactionReader(), options);
    ClusterMap.Partition whole =
        new ClusterMap.Partition(new PartitionId(1), 1, KeyRange.ALL, List.of(new NodeId("n1")));
    replicas.put(whole.id(), factory.open(whole, home.resolve("p1")));
  }

  private void plant(PartitionId child, Consumer<Path> writer) {
    Path directory = home.resolve(child.toString());
    if (!Files.exists(directory)) {
      writer.accept(directory);
    }
  }

  /** In the order of their ranges. */
  List<ReplicatedStateMachine> all() {
    return replicas.values().stream()
        .sorted(Comparator.comparing(each -> each.partition().range().startInclusive()))
        .toList();
  }

  ClusterMap map() {
    return new ClusterMap(
        ++mapEpoch, List.of(), all().stream().map(ReplicatedStateMachine::partition).toList());
  }

  Optional<ReplicatedStateMachine> find(PartitionId id) {
    return Optional.ofNullable(replicas.get(id));
  }

  ReplicatedStateMachine of(Bytes routingKey) {
    return all().stream()
        .filter(each -> each.partition().range().contains(routingKey))
        .findFirst()
        .orElseThrow();
  }

  Result apply(ReplicatedStateMachine replica, Command command) {
    long stampMicros = Math.max(replica.stampMicros(), world.nowMicros());
    Proposal proposal = new Proposal(new RequestId(1, ++requests), stampMicros - 1, false, command);
    ApplyContext next = new ApplyContext(1, replica.applied().index() + 1);
    return replica.apply(next, new LogEntry(stampMicros, List.of(proposal))).get(0);
  }

  void toAll(Command command) {
    all().forEach(replica -> apply(replica, command));
  }

  ReadResult read(ReplicatedStateMachine replica, Read read) {
    try (StateSnapshot snapshot = replica.snapshot()) {
      return snapshot.read(read, KnownOutcomes.NONE_CARED_FOR);
    }
  }

  void split(Bytes key) {
    ReplicatedStateMachine parent = of(key);
    if (parent.partition().range().startInclusive().equals(key)) {
      return;
    }
    SplitOperation split = new SplitOperation(parent.partition(), key, new PartitionId(nextId++));
    assertThat(apply(parent, new Command.Split(split))).isEqualTo(new Result.Done());
    replicas.put(
        split.child(), factory.open(split.right(), home.resolve(split.child().toString())));
    apply(parent, new Command.Trim(split.left().epoch()));
  }

  /**
   * @param index of the left one of two neighbours
   */
  void merge(int index) {
    ReplicatedStateMachine left = all().get(index);
    ReplicatedStateMachine right = all().get(index + 1);
    MergeOperation merge =
        new MergeOperation(1_000_000 + nextId++, left.partition(), right.partition());
    Bytes digest = ((Result.Frozen) apply(right, new MergeCommand.Freeze(merge))).digest();
    apply(left, new MergeCommand.Gather(merge, digest));
    while (true) {
      Bytes after = Objects.requireNonNull(left.merge()).after();
      List<MergeCommand.Row> rows = right.frozenRows(merge.id(), after, 2_000);
      if (rows.isEmpty()) {
        break;
      }
      apply(left, new MergeCommand.Take(merge.id(), after, rows));
    }
    MergeProgress frozen = Objects.requireNonNull(right.merge());
    Bytes after = Objects.requireNonNull(left.merge()).after();
    apply(
        left,
        new MergeCommand.Absorb(merge.id(), after, frozen.stampMicros(), frozen.floorMicros()));
    replicas.remove(right.partition().id());
  }
}
