package dev.holdfast.node.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySample;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.rpc.NodeReport;
import dev.holdfast.statemachine.PartitionStateMachines;
import dev.holdfast.statemachine.replica.ReplicaOptions;
import dev.holdfast.statemachine.replica.Seeds;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a real state in memory, which holds the items s = 0, 1, 2, ... of one collection. */
class LoadMeterTest {
  private static final int ITEMS = 1_000;
  private static final KeySchema SCHEMA =
      new KeySchema(new KeyAttribute("k", ScalarType.S), new KeyAttribute("s", ScalarType.N));
  private static final TableDescriptor TABLE =
      new TableDescriptor(
          new TableId(7),
          "T",
          1,
          TableStatus.ACTIVE,
          SCHEMA,
          List.of(),
          TableDescriptor.BillingMode.PAY_PER_REQUEST,
          new TableDescriptor.Throughput(0, 0),
          false,
          new TreeMap<>(),
          0);

  private final LoadMeter meter = new LoadMeter();
  private final Random random = new Random(1);
  private final ReplicatedStateMachine state =
      PartitionStateMachines.inMemory(
              new ReplicaOptions(
                  WindowLimits.DEFAULT,
                  IllegalStateException::new,
                  (partition, index, proposed, own) -> {},
                  Seeds.NONE))
          .open(
              new ClusterMap.Partition(
                  new PartitionId(1), 1, KeyRange.ALL, List.of(new NodeId("n1"))),
              Path.of("nowhere"));
  private long index;
  private long nanos = 1;

  @BeforeEach
  void fill() {
    apply(new Command.InstallTable(TABLE));
    for (int i = 0; i < ITEMS; i++) {
      apply(put(i));
    }
  }

  @AfterEach
  void close() {
    state.close();
  }

  private void apply(Command command) {
    state.apply(
        new ApplyContext(1, ++index),
        new dev.holdfast.protocol.command.LogEntry(index, List.of(proposal(command))));
  }

  private Proposal proposal(Command command) {
    return new Proposal(
        new RequestId(random.nextLong(), 1), Proposal.STAMP_UNKNOWN, false, command);
  }

  private static Item item(int sort) {
    return Item.of(
        new TreeMap<>(
            Map.of(
                "k",
                new AttributeValue.S("one"),
                "s",
                new AttributeValue.N(BigDecimal.valueOf(sort)))));
  }

  private static Command put(int sort) {
    return new Command.Put(
        TableRef.of(TABLE), item(sort), null, ReturnValues.NONE, ReturnOnFailure.NONE);
  }

  private static Bytes key(int sort) {
    return KeyEncoding.routingKey(TABLE.id(), SCHEMA, item(sort));
  }

  private void gets(int count, IntUnaryOperator sorts) {
    for (int i = 0; i < count; i++) {
      try (StateSnapshot snapshot = state.snapshot()) {
        Read get = new Read.Get(TableRef.of(TABLE), item(sorts.applyAsInt(i)), Projection.ALL);
        meter.read(snapshot, List.of(get), 10);
      }
    }
  }

  private void secondPasses() {
    nanos += 1_000_000_000L;
    meter.tick(nanos);
  }

  private NodeReport.Keys keys() {
    return meter.keys(state::snapshot);
  }

  @Test
  void everyReadAndWriteCountsAndWhatTheStoreAsksOfItselfDoesNot() {
    gets(3, i -> i);
    meter.written(List.of(proposal(put(1)), proposal(new Command.RenewLease())), state::snapshot);
    try (StateSnapshot snapshot = state.snapshot()) {
      meter.read(snapshot, List.of(new Read.OpenAttempts(1, 1)), 0);
    }

    assertThat(meter.readCount()).isEqualTo(3);
    assertThat(meter.writeCount()).isEqualTo(1);
    assertThat(meter.byteCount()).isEqualTo(30 + item(1).bytes().size());
  }

  @Test
  void theKeysOfAnIdlePartitionAreNotWorthTelling() {
    secondPasses();
    gets(5, i -> i);
    secondPasses();

    assertThat(keys()).isEqualTo(NodeReport.Keys.NONE);
  }

  @Test
  void readsAndWritesAreSampledInTheProportionTheyCome() {
    secondPasses();
    for (int second = 0; second < 6; second++) {
      for (int i = 0; i < 1_000; i++) {
        gets(1, any -> random.nextInt(ITEMS));
        meter.written(
            List.of(
                proposal(put(random.nextInt(ITEMS))),
                proposal(put(random.nextInt(ITEMS))),
                proposal(put(random.nextInt(ITEMS)))),
            state::snapshot);
      }
      secondPasses();
    }

    NodeReport.Keys keys = keys();
    long writes =
        keys.samples().stream().filter(each -> each.kind() == KeySample.Kind.WRITE).count();
    assertThat(keys.samples()).hasSize(NodeReport.SAMPLE_COUNT_MAX);
    assertThat((double) writes / keys.samples().size()).isEqualTo(0.75, within(0.1));
    assertThat(keys.sequentialShare()).isLessThan(0.1);
    assertThat(keys.hottestShare()).isLessThan(0.05);
    assertThat(keys.samples())
        .allMatch(each -> each.presence() == KeySample.Presence.STORED)
        .allMatch(each -> each.first().equals(each.last()));
  }

  @Test
  void oneHotKeyIsSeen() {
    secondPasses();
    gets(1_000, i -> i % 4 == 0 ? i % ITEMS : 13);
    secondPasses();

    assertThat(keys().hottestShare()).isEqualTo(0.75, within(0.1));
  }

  @Test
  void keysThatOnlyGrowAreSequentialAndHoldNoData() {
    secondPasses();
    gets(1_000, i -> ITEMS + i);
    secondPasses();

    assertThat(keys().sequentialShare()).isGreaterThan(0.95);
    assertThat(keys().samples()).allMatch(each -> each.presence() == KeySample.Presence.ABSENT);
  }

  @Test
  void keysThatOnlyShrinkAreSequentialToo() {
    secondPasses();
    gets(ITEMS, i -> ITEMS - i);
    secondPasses();

    assertThat(keys().sequentialShare()).isGreaterThan(0.95);
  }

  @Test
  void aScanTouchesAllOfItsRange() {
    secondPasses();
    for (int i = 0; i < 100; i++) {
      try (StateSnapshot snapshot = state.snapshot()) {
        Read scan =
            new Read.Scan(
                TableRef.of(TABLE),
                null,
                KeyEncoding.tableRange(TABLE.id()),
                new Paging(null, Paging.Order.ASCENDING, 10, Paging.PAGE_BYTES_MAX),
                null,
                new Read.Output.Count());
        meter.read(snapshot, List.of(scan), 0);
      }
    }
    secondPasses();

    KeySample sample = keys().samples().get(0);
    assertThat(sample.first()).isLessThan(key(0));
    assertThat(sample.last()).isGreaterThan(key(ITEMS));
    assertThat(sample.presence()).isEqualTo(KeySample.Presence.STORED);
  }

  @Test
  void afterASplitTheOldKeysAreForgotten() {
    secondPasses();
    gets(1_000, i -> i);
    secondPasses();
    meter.forgetKeys();

    assertThat(keys()).isEqualTo(NodeReport.Keys.NONE);
  }
}
