package dev.holdfast.node.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.client.routing.RouterWorld;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableDescriptor.BillingMode;
import dev.holdfast.protocol.model.TableDescriptor.Throughput;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.Position;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.statemachine.PartitionStateMachines;
import dev.holdfast.statemachine.replica.ReplicaOptions;
import dev.holdfast.statemachine.replica.Seeds;
import dev.holdfast.statemachine.replica.WindowLimits;
import dev.holdfast.statemachine.spi.ApplyContext;
import dev.holdfast.statemachine.spi.KnownOutcomes;
import dev.holdfast.statemachine.spi.ReplicatedStateMachine;
import dev.holdfast.statemachine.spi.StateSnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What leaders delete of change logs and when, over a real partition in memory. */
class ChangeTrimmerTest {
  private static final long SECOND = 1_000_000;
  private static final long DAY = 24 * 3600 * SECOND;
  private static final TableDescriptor TABLE =
      new TableDescriptor(
              new TableId(7),
              "music",
              1,
              TableStatus.ACTIVE,
              new KeySchema(new KeyAttribute("k", ScalarType.S), null),
              List.of(),
              BillingMode.PAY_PER_REQUEST,
              Throughput.NONE,
              false,
              new TreeMap<>(),
              0)
          .withFollowers(Followers.NONE.withStream(StreamView.NEW_IMAGE, 1));

  private final ReplicatedStateMachine replica =
      PartitionStateMachines.inMemory(
              new ReplicaOptions(
                  WindowLimits.DEFAULT,
                  IllegalStateException::new,
                  (id, entry, proposed, own) -> {
                    throw new AssertionError("digests differ at " + entry);
                  },
                  Seeds.NONE))
          .open(
              new ClusterMap.Partition(
                  new PartitionId(1), 1, KeyRange.ALL, List.of(new NodeId("n1"))),
              Path.of("nowhere"));
  private final Deque<Runnable> timers = new ArrayDeque<>();
  private final List<ChangeLogSize> sizes = new ArrayList<>();
  private long nowMicros = 10 * DAY;
  private long index;
  private NodeStatus.Role role = NodeStatus.Role.LEADER;
  private boolean refusing;
  private int proposalCount;

  @BeforeEach
  void start() {
    apply(new Command.InstallTable(TABLE));
    new ChangeTrimmer(
            this::ask,
            this::status,
            new World(),
            () -> nowMicros,
            new ChangeTrimOptions(Duration.ofMinutes(1), ChangeTrimOptions.RETENTION, 1_000),
            sizes::add)
        .start();
  }

  @AfterEach
  void close() {
    replica.close();
  }

  private final class World implements RouterWorld {
    @Override
    public long nanoTime() {
      return nowMicros * 1_000;
    }

    @Override
    public long random() {
      return index;
    }

    @Override
    public void after(Duration delay, Runnable task) {
      timers.add(task);
    }
  }

  private NodeStatus status() {
    return new NodeStatus(
        new NodeId("n1"),
        true,
        List.of(
            new NodeStatus.Replica(
                new PartitionId(1), 1, role, new NodeId("n1"), 1, index, index, 0, 0, 0)));
  }

  private CompletableFuture<NodeReply> ask(NodeRequest request) {
    if (refusing) {
      return CompletableFuture.failedFuture(
          new StoreException.UnavailableException(StoreException.Reason.NOT_READY, "no leader"));
    }
    Position position = new Position(1, index, nowMicros);
    if (request instanceof NodeRequest.ReadFrom read) {
      try (StateSnapshot snapshot = replica.snapshot()) {
        List<ReadResult> results =
            read.reads().stream()
                .map(each -> snapshot.read(each, KnownOutcomes.NONE_CARED_FOR))
                .toList();
        return CompletableFuture.completedFuture(new NodeReply.ReadDone(results, position));
      }
    }
    NodeRequest.Write write = (NodeRequest.Write) request;
    proposalCount++;
    return CompletableFuture.completedFuture(
        new NodeReply.Written(List.of(apply(write.proposals().get(0).command())), position));
  }

  private Result apply(Command command) {
    index++;
    Proposal proposal =
        new Proposal(new RequestId(1, index), Proposal.STAMP_UNKNOWN, false, command);
    return replica
        .apply(new ApplyContext(1, index), new LogEntry(nowMicros, List.of(proposal)))
        .get(0);
  }

  private void put(int number) {
    Item item =
        Item.of(
            Map.of(
                "k", new AttributeValue.S("k" + number),
                "v", new AttributeValue.S("x".repeat(100))));
    apply(
        new Command.Put(
            new TableRef(TABLE.id(), TABLE.version()),
            item,
            null,
            ReturnValues.NONE,
            ReturnOnFailure.NONE));
  }

  private void round() {
    timers.remove().run();
  }

  private List<ChangeSegment> segments() {
    return logs().stream().flatMap(log -> log.segments().stream()).toList();
  }

  private List<ReadResult.ChangeLogs.Log> logs() {
    try (StateSnapshot snapshot = replica.snapshot()) {
      return ((ReadResult.ChangeLogs)
              snapshot.read(new Read.ChangeLogs(), KnownOutcomes.NONE_CARED_FOR))
          .logs();
    }
  }

  private List<ChangeRecord> records() {
    ChangeSegment segment = segments().get(0);
    try (StateSnapshot snapshot = replica.snapshot()) {
      Read read = new Read.Changes(TABLE.id(), segment.id(), segment.start(), 0, 10_000, 1 << 30);
      return ((ReadResult.Changes) snapshot.read(read, KnownOutcomes.NONE_CARED_FOR)).records();
    }
  }

  @Test
  void recordsOlderThanADayGoAndYoungerOnesStay() {
    for (int i = 0; i < 1_000; i++) {
      put(i);
      nowMicros += 60 * SECOND;
    }
    round();
    assertThat(records()).hasSize(1_000);

    nowMicros = 10 * DAY + DAY + 400 * 60 * SECOND; // the 401 first ones are a day old or more
    round();
    assertThat(records()).hasSizeBetween(599, 599 + 16);
    assertThat(records().get(0).timeMicros()).isGreaterThan(nowMicros - DAY - 17 * 60 * SECOND);
    int before = proposalCount;
    round();
    assertThat(proposalCount).isLessThanOrEqualTo(before + 1);
  }

  @Test
  void aSegmentThatIsClosedGoesADayLater() {
    put(1);
    nowMicros += DAY / 2;
    apply(new Command.InstallTable(TABLE.withFollowers(TABLE.followers().withoutStream(2))));
    nowMicros += DAY - SECOND;
    round();
    assertThat(segments()).hasSize(1);
    nowMicros += SECOND;
    round();
    assertThat(segments()).isEmpty();
  }

  @Test
  void whoeverDoesNotLeadAndWhoeverFailsDeletesNothingAndGoesOn() {
    put(1);
    nowMicros += 2 * DAY;
    role = NodeStatus.Role.FOLLOWER;
    round();
    role = NodeStatus.Role.LEADER;
    refusing = true;
    round();
    refusing = false;
    assertThat(records()).hasSize(1);
    round();
    assertThat(records()).isEmpty();
  }

  @Test
  void theSizeIsToldAfterEachRound() {
    for (int i = 0; i < 100; i++) {
      put(i);
    }
    round();
    assertThat(sizes).hasSize(1);
    assertThat(sizes.get(0).recordCount()).isEqualTo(100);
    assertThat(sizes.get(0).bytes()).isBetween(100 * 100L, 100 * 200L);
    nowMicros += 2 * DAY;
    round();
    assertThat(sizes.get(1).recordCount()).isLessThan(10);
  }
}
