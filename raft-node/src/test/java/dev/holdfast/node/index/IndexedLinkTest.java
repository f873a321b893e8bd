package dev.holdfast.node.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.node.transaction.SimulatedWorld;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.AttributeValue;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.GlobalIndex;
import dev.holdfast.protocol.model.IndexProjection;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyAttribute;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySchema;
import dev.holdfast.protocol.model.OnDemandLimits;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.SegmentId;
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
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node answers for a partition whose global index is behind. */
class IndexedLinkTest {
  private static final PartitionId PARTITION = new PartitionId(3);
  private static final SegmentId SEGMENT = new SegmentId(PARTITION, 1);
  private static final TableId INDEX = new TableId(0x50);
  private static final TableDescriptor TABLE =
      new TableDescriptor(
              new TableId(0x40),
              "things",
              1,
              TableStatus.ACTIVE,
              new KeySchema(new KeyAttribute("k", ScalarType.S), null),
              List.of(),
              BillingMode.PAY_PER_REQUEST,
              Throughput.NONE,
              false,
              new TreeMap<>(),
              1)
          .withFollowers(
              Followers.NONE.withGlobalIndexes(
                  List.of(
                      new GlobalIndex(
                          INDEX,
                          "byG",
                          List.of(new KeyAttribute("g", ScalarType.S)),
                          List.of(),
                          new IndexProjection(IndexProjection.Kind.ALL, List.of()),
                          GlobalIndex.Status.ACTIVE,
                          Throughput.NONE,
                          OnDemandLimits.NONE))));
  private static final Read.Indexed ASKED = new Read.Indexed(TABLE.id(), INDEX, KeyRange.ALL);

  private final SimulatedWorld world = new SimulatedWorld(1);
  private final Deliveries deliveries =
      new Deliveries(
          this::answer,
          () -> List.of(leading()),
          new EntrySender() {
            @Override
            public PartitionId partitionOf(Bytes routingKey) {
              return PARTITION;
            }

            @Override
            public CompletableFuture<Result> send(Bytes firstKey, Command.UpdateIndex updates) {
              return CompletableFuture.completedFuture(new Result.Done());
            }
          },
          new DeliveryWorld(world.of(() -> true), world::nowMicros, new DeliveryListener() {}));
  private final IndexedLink link = new IndexedLink(this::answer, deliveries, world.of(() -> true));

  private long last = 10;
  private long epoch = 1;
  private boolean isReachable = true;
  private boolean isPending;
  private long pendingId = 2;
  private long stampMicros = 1;
  private boolean isFinal;

  @BeforeEach
  void start() {
    deliveries.start();
  }

  private NodeStatus.Replica leading() {
    return new NodeStatus.Replica(
        PARTITION, epoch, NodeStatus.Role.LEADER, null, 1, last, last, 0, 0, 0);
  }

  /** A partition whose log has {@link #last} numbers, none of them of any consequence. */
  private CompletableFuture<NodeReply> answer(NodeRequest request) {
    if (request instanceof NodeRequest.Write write) {
      List<Result> done =
          write.proposals().stream().map(any -> (Result) new Result.Done()).toList();
      return CompletableFuture.completedFuture(new NodeReply.Written(done, Position.NONE));
    }
    Read read = ((NodeRequest.ReadFrom) request).reads().get(0);
    if (read instanceof Read.Changes && !isReachable) {
      return CompletableFuture.failedFuture(
          new UnavailableException(Reason.UNREACHABLE, "the disk is slow"));
    }
    ChangeSegment segment =
        new ChangeSegment(SEGMENT, null, 0, StreamView.KEYS_ONLY, Bytes.EMPTY, 1, 0, 0, 1, 1, 1);
    ReadResult result =
        read instanceof Read.Undelivered
            ? new ReadResult.Undelivered(
                List.of(new ReadResult.Backlog(TABLE, segment, last)), List.of(), true)
            : read instanceof Read.Changes
                ? new ReadResult.Changes(segment, List.of(), last)
                : new ReadResult.Indexed(
                    List.of(new ReadResult.Indexed.Position(SEGMENT, last)),
                    isPending ? List.of(new AttemptId(1, pendingId)) : List.of(),
                    false);
    return CompletableFuture.completedFuture(
        new NodeReply.ReadDone(List.of(result), new Position(1, last, 1)));
  }

  private CompletableFuture<NodeReply> ask() {
    return link.ask(
        new NodeRequest.ReadFrom(PARTITION, epoch, ReadMode.STRONG, List.of(ASKED), 1_000));
  }

  private List<Result> write(TableId... tables) {
    List<Proposal> proposals =
        java.util.Arrays.stream(tables)
            .map(
                table ->
                    new Proposal(
                        new RequestId(1, 1),
                        stampMicros,
                        isFinal,
                        new Command.Put(
                            new TableRef(table, 1),
                            Item.of(new TreeMap<>(Map.of("k", AttributeValue.s("a")))),
                            null,
                            ReturnValues.NONE,
                            ReturnOnFailure.NONE)))
            .toList();
    CompletableFuture<NodeReply> reply =
        link.ask(new NodeRequest.Write(PARTITION, epoch, proposals, 1_000));
    return ((NodeReply.Written) reply.join()).results();
  }

  private void pass(long millis) {
    world.runUntilMicros(world.nowMicros() + millis * 1_000);
  }

  @Test
  void whoAsksIsAnsweredWhenTheIndexIsThatFar() {
    isReachable = false;
    pass(50);
    CompletableFuture<NodeReply> asked = ask();
    pass(300);
    assertThat(asked).isNotDone();

    isReachable = true;
    pass(300);
    assertThat(asked).isCompleted();
  }

  @Test
  void whoAsksAboutAnIndexThatDoesNotGetOnIsRefusedBeforeHeGivesUp() {
    isReachable = false;
    pass(50);
    CompletableFuture<NodeReply> asked = ask();

    pass(900);
    assertThat(((NodeReply.ReadDone) asked.join()).results())
        .containsExactly(new ReadResult.Refused(new Rejection.IndexBehind()));
  }

  @Test
  void aTransactionThatCommitsLaterIsNotWaitedFor() {
    pass(50);
    isPending = true;
    CompletableFuture<NodeReply> asked = ask();
    pass(20);
    pendingId = 3; // there is always one, and each is another

    pass(100);
    assertThat(asked).isCompleted();
  }

  @Test
  void aTransactionThatHasCommittedIsWaitedFor() {
    pass(50);
    isPending = true;
    CompletableFuture<NodeReply> asked = ask();
    pass(100);
    assertThat(asked).isNotDone();

    isPending = false;
    pass(100);
    assertThat(asked).isCompleted();
  }

  @Test
  void whatAnotherEpochHasIsNotTakenForDelivered() {
    isReachable = false;
    pass(50);
    CompletableFuture<NodeReply> asked = ask();

    epoch = 2; // the segment may have gone to another partition
    isReachable = true;
    pass(300);
    assertThat(asked).isCompletedExceptionally();
  }

  @Test
  void aTableThatHasLeftItsIndexBehindWaitsAndOthersDoNot() {
    TableId other = new TableId(0x60);
    pass(50);
    assertThat(write(TABLE.id(), other)).containsOnly(new Result.Done());

    isReachable = false;
    last += IndexLag.COUNT_MAX + 1;
    pass(300);
    Result behind = new Result.Rejected(new Rejection.IndexBehind());
    assertThat(write(TABLE.id(), other, TABLE.id()))
        .containsExactly(behind, new Result.Done(), behind);

    isReachable = true;
    pass(300);
    assertThat(write(TABLE.id(), other)).containsOnly(new Result.Done());
  }

  @Test
  void whatMayHaveBeenAppliedIsNotRefused() {
    isReachable = false;
    last += IndexLag.COUNT_MAX + 1;
    pass(300);

    isFinal = true; // its answer must be the truth
    assertThat(write(TABLE.id())).containsOnly(new Result.Done());
    isFinal = false;
    stampMicros = Proposal.STAMP_UNKNOWN; // the client has sent it before
    assertThat(write(TABLE.id())).containsOnly(new Result.Done());
  }
}
