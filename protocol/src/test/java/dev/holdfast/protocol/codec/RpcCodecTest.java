package dev.holdfast.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.OpenAttempt;
import dev.holdfast.protocol.command.Outcome;
import dev.holdfast.protocol.command.Paging;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionGet;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.expression.Comparator;
import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.expression.SortCondition;
import dev.holdfast.protocol.expression.Update.Action;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.ChangeRecord.Kind;
import dev.holdfast.protocol.model.ChangeRecord.Origin;
import dev.holdfast.protocol.model.ChangeSegment;
import dev.holdfast.protocol.model.EncodedValue;
import dev.holdfast.protocol.model.ExpiryEntry;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.KeySample;
import dev.holdfast.protocol.model.Merge;
import dev.holdfast.protocol.model.MoveStep;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeReport;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.PlanReport;
import dev.holdfast.protocol.rpc.Position;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.ThrottledException;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RpcCodecTest {
  private static final PartitionId PARTITION = new PartitionId(7);
  private static final Position POSITION = new Position(3, 1000, 1_700_000_000_000_000L);
  private static final SortedMap<PartitionId, Long> SEEN =
      new TreeMap<>(Map.of(PARTITION, 77L, new PartitionId(8), 1L));
  private static final EncodedValue VALUE = EncodedValue.ofString("v");
  private static final ChangeSegment SEGMENT =
      new ChangeSegment(
          Samples.SEGMENT,
          new SegmentId(PARTITION, 3),
          1_700_000_000_000L,
          StreamView.OLD_IMAGE,
          Bytes.fromHex("0102"),
          4,
          0,
          0,
          18,
          19,
          2);

  @Test
  void everyRequestSurvivesTheRoundTrip() {
    for (NodeRequest request : requests()) {
      assertThat(RpcCodec.decodeRequest(RpcCodec.encode(request))).isEqualTo(request);
    }
  }

  @Test
  void everyReplySurvivesTheRoundTrip() {
    for (NodeReply reply : replies()) {
      assertThat(RpcCodec.decodeReply(RpcCodec.encode(reply))).isEqualTo(reply);
    }
  }

  @Test
  void aFailureIsThrownAsWhatItWas() {
    assertThat(afterTheWire(new InvalidRequestException("bad")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("bad");
    assertThat(afterTheWire(new ThrottledException("slow down")))
        .isInstanceOf(ThrottledException.class)
        .hasMessage("slow down");
    assertThat(afterTheWire(new IndeterminateException("late", null)))
        .isInstanceOf(IndeterminateException.class)
        .hasMessage("late");
    for (Reason reason : Reason.values()) {
      UnavailableException sent = new UnavailableException(reason, "x", new NodeId("n3"));
      UnavailableException received = (UnavailableException) afterTheWire(sent);
      assertThat(received.reason()).isEqualTo(reason);
      assertThat(received.leaderHint()).isEqualTo(new NodeId("n3"));
    }
    UnavailableException withoutHint =
        (UnavailableException) afterTheWire(new UnavailableException(Reason.NOT_LEADER, "x"));
    assertThat(withoutHint.leaderHint()).isNull();
    assertThat(withoutHint.newerMap()).isNull();
    UnavailableException stale = new UnavailableException(Reason.STALE_EPOCH, "x");
    UnavailableException explained = (UnavailableException) afterTheWire(stale.with(Samples.MAP));
    assertThat(explained.newerMap()).isEqualTo(Samples.MAP);
    assertThat(explained).hasMessage("x");
  }

  @Test
  void junkIsAnInvalidRequestOrAnIndeterminateAnswer() {
    for (Bytes junk : List.of(Bytes.EMPTY, Bytes.fromHex("ffff"), Bytes.fromHex("0a05"))) {
      assertThatThrownBy(() -> RpcCodec.decodeRequest(junk))
          .isInstanceOf(InvalidRequestException.class);
      assertThatThrownBy(() -> RpcCodec.decodeReply(junk))
          .isInstanceOf(IndeterminateException.class);
    }
  }

  @Test
  void theRoundTripsAboveLeaveNoKindOut() {
    assertThat(kinds(reads())).containsAll(Sealed.records(Read.class));
    assertThat(kinds(readResults())).containsAll(Sealed.records(ReadResult.class));
    assertThat(kinds(Samples.results())).containsAll(Sealed.records(Result.class));
    assertThat(kinds(Samples.rejections())).containsAll(Sealed.records(Rejection.class));
    assertThat(kinds(List.copyOf(Samples.conditions().values())))
        .containsAll(Sealed.records(Condition.class));
    assertThat(kinds(Samples.update().actions())).containsAll(Sealed.records(Action.class));
    assertThat(kinds(requests())).containsAll(Sealed.records(NodeRequest.class));
    assertThat(kinds(replies())).containsAll(Sealed.records(NodeReply.class));
  }

  private static List<Class<?>> kinds(List<?> samples) {
    return samples.stream().<Class<?>>map(Object::getClass).toList();
  }

  private static StoreException afterTheWire(StoreException failure) {
    Bytes bytes = RpcCodec.encode(failure);
    return catchThrowableOfType(StoreException.class, () -> RpcCodec.decodeReply(bytes));
  }

  private static List<NodeRequest> requests() {
    List<Proposal> proposals =
        Samples.commands().values().stream()
            .map(command -> new Proposal(new RequestId(1, 2), 5, false, command))
            .toList();
    return List.of(
        new NodeRequest.Write(PARTITION, 4, proposals, 2500),
        new NodeRequest.ReadFrom(PARTITION, 4, ReadMode.STRONG, reads(), 2500),
        new NodeRequest.ReadFrom(PartitionId.META, 0, ReadMode.STRONG_FROM_ANY, List.of(), 1),
        new NodeRequest.ReadFrom(PARTITION, 0, ReadMode.session(77), List.of(), 1),
        new NodeRequest.ReadFrom(PARTITION, 0, ReadMode.bounded(500), List.of(), 1),
        new NodeRequest.ReadFrom(PARTITION, 0, ReadMode.EVENTUAL, List.of(), 1),
        new NodeRequest.AskReadIndex(PARTITION, 12),
        new NodeRequest.HostReplica(Samples.SPLIT.right()),
        new NodeRequest.HostListener(Samples.MOVE, List.of(Samples.JOINING)),
        new NodeRequest.AdvanceMove(Samples.MOVE, List.of()),
        new NodeRequest.DropReplica(PARTITION, 7),
        new NodeRequest.AskStatus(),
        new NodeRequest.Heartbeat(null),
        new NodeRequest.Heartbeat(Samples.MAP),
        new NodeRequest.AskPlan(),
        new NodeRequest.AskDigest(PARTITION, 99),
        new NodeRequest.AskSplitKey(PARTITION),
        new NodeRequest.PrepareSplit(Samples.SPLIT),
        new NodeRequest.RetireReplica(Samples.MERGE),
        new NodeRequest.TransferLeader(PARTITION, new NodeId("n2"), 12),
        new NodeRequest.Transact(transaction(Samples.ATTEMPT.token()), 2500),
        new NodeRequest.Transact(transaction(null), 1),
        new NodeRequest.GetTogether(
            List.of(
                new TransactionGet(
                    "Orders", new Read.Get(Samples.TABLE_REF, Samples.KEY, Projection.ALL))),
            SEEN,
            12));
  }

  private static TransactionRequest transaction(@Nullable ClientToken token) {
    return new TransactionRequest(
        new RequestId(-1, 2),
        token,
        Samples.actions().stream()
            .map(action -> new TransactionRequest.Part("Orders", action))
            .toList());
  }

  private static List<NodeReply> replies() {
    return List.of(
        new NodeReply.Written(Samples.results(), POSITION),
        new NodeReply.ReadDone(readResults(), POSITION),
        new NodeReply.ReadIndex(3, 4),
        new NodeReply.Status(status()),
        new NodeReply.Report(report()),
        new NodeReply.Planned(plan()),
        new NodeReply.Digest(null),
        new NodeReply.Digest(Bytes.wrap(new byte[] {1, 2, 3})),
        new NodeReply.SplitKey(null),
        new NodeReply.SplitKey(Samples.SPLIT.key()),
        new NodeReply.Transacted(new Result.TokenSpent(), SEEN),
        new NodeReply.Transacted(new Result.TokenSpent(), new TreeMap<>()),
        new NodeReply.GotTogether(
            new ReadResult.Together(List.of(new ReadResult.Found(Samples.ITEM, 123))), SEEN),
        new NodeReply.MoveAdvanced(MoveStep.HAND_OVER),
        new NodeReply.Done());
  }

  private static List<Read> reads() {
    Projection projection = new Projection(List.of(Path.of("a"), Path.of("b")));
    Paging first = new Paging(null, Paging.Order.ASCENDING, 10, Paging.PAGE_BYTES_MAX);
    Paging next = new Paging(Samples.KEY, Paging.Order.DESCENDING, 1, 1);
    Condition filter = new Condition.Exists(Path.of("a"));
    return List.of(
        new Read.Get(Samples.TABLE_REF, Samples.KEY, Projection.ALL),
        new Read.Get(Samples.TABLE_REF, Samples.KEY, projection),
        query(new SortCondition.Any(), first),
        query(new SortCondition.Compare(Comparator.LE, VALUE), next),
        query(new SortCondition.Between(VALUE, VALUE), first),
        query(new SortCondition.BeginsWith(VALUE), first),
        new Read.Scan(
            Samples.TABLE_REF, null, KeyRange.ALL, first, filter, new Read.Output.Count()),
        new Read.Scan(
            Samples.TABLE_REF, "byRaw", KeyRange.ALL, first, null, new Read.Output.Totals()),
        new Read.Scan(
            Samples.TABLE_REF,
            "byRaw",
            new KeyRange(Bytes.fromHex("01"), Bytes.fromHex("02")),
            next,
            null,
            new Read.Output.Items(projection)),
        new Read.AskOutcome(Samples.ATTEMPT),
        new Read.Observe(new Read.Get(Samples.TABLE_REF, Samples.KEY, projection)),
        new Read.OpenAttempts(1L << 50, 64),
        new Read.Undelivered(),
        new Read.Indexed(Samples.TABLE.id(), new TableId(7), KeyRange.ALL),
        new Read.Unfilled(Samples.TABLE.id(), Bytes.fromHex("0a"), 100, 1 << 20),
        new Read.Segments(Samples.TABLE_REF.id(), KeyRange.ALL),
        new Read.Changes(
            Samples.TABLE_REF.id(), Samples.SEGMENT, Bytes.fromHex("0102"), 17, 100, 1 << 20),
        new Read.ChangeLogs(),
        new Read.Expired(1_700_000_000L, Bytes.fromHex("0102"), 250),
        new MetaRead.GetMap(),
        new MetaRead.GetSplits(),
        new MetaRead.GetMerges(),
        new MetaRead.GetMembership(),
        new MetaRead.GetTable("Orders"),
        new MetaRead.ListTables(null, 100),
        new MetaRead.ListTables("Orders", 1));
  }

  private static Read query(SortCondition sort, Paging paging) {
    return new Read.Query(
        Samples.TABLE_REF,
        "byRaw",
        VALUE,
        sort,
        paging,
        new Condition.Exists(Path.of("a")),
        new Read.Output.Projected());
  }

  private static List<ReadResult> readResults() {
    return List.of(
        new ReadResult.Found(Samples.ITEM, 123),
        new ReadResult.Found(null, 0),
        new ReadResult.Page(
            List.of(Samples.ITEM, Samples.KEY), 2, 5, 1L << 33, 1L << 34, 6, Samples.KEY, false),
        new ReadResult.Page(List.of(), 0, 0, 0, 0, 0, null, true),
        new ReadResult.Refused(new Rejection.WrongPartition()),
        new ReadResult.Settled(Outcome.ABORTED),
        new ReadResult.Observed(new ReadResult.Found(Samples.ITEM, 123), 7, null, null),
        new ReadResult.Observed(
            new ReadResult.Found(null, 0),
            -8,
            Samples.ATTEMPT,
            new ReadResult.Found(Samples.ITEM, 123)),
        new ReadResult.Attempts(
            List.of(
                new OpenAttempt(
                    Samples.ATTEMPT,
                    Outcome.COMMITTED,
                    List.of(Bytes.fromHex("01")),
                    List.of(Bytes.fromHex("02"), Bytes.EMPTY)))),
        new ReadResult.Together(
            List.of(new ReadResult.Found(Samples.ITEM, 123), new ReadResult.Found(null, 0))),
        new ReadResult.Undelivered(
            List.of(new ReadResult.Backlog(Samples.TABLE, SEGMENT, 20)),
            List.of(new ReadResult.Backfill(Samples.TABLE, new TableId(7), Bytes.fromHex("0a"))),
            true),
        new ReadResult.Indexed(
            List.of(new ReadResult.Indexed.Position(Samples.SEGMENT, 42)),
            List.of(Samples.ATTEMPT.id()),
            true),
        new ReadResult.Unfilled(List.of(Samples.ITEM), 17, Bytes.fromHex("0b")),
        new ReadResult.Segments(List.of(SEGMENT, SEGMENT.closedAt(30, 6)), true),
        new ReadResult.Changes(null, List.of(), 0),
        new ReadResult.Changes(SEGMENT, changes(), 19),
        new ReadResult.ChangeLogs(
            List.of(
                new ReadResult.ChangeLogs.Log(
                    Samples.TABLE_REF.id(), 31, List.of(SEGMENT, SEGMENT.closedAt(30, 6))))),
        new ReadResult.Expired(
            List.of(new ExpiryEntry(1_700_000_000L, Bytes.fromHex("0a"))),
            Bytes.EMPTY,
            List.of(Samples.TABLE_REF.id())),
        new ReadResult.Map(Samples.MAP),
        new ReadResult.Table(Samples.TABLE),
        new ReadResult.Table(null),
        new ReadResult.Splits(List.of(Samples.SPLIT), List.of(PARTITION)),
        new ReadResult.Merges(List.of(new Merge(Samples.MERGE, true))),
        new ReadResult.Members(Samples.MEMBERSHIP),
        new ReadResult.Members(null),
        new ReadResult.TableNames(List.of("a", "b"), true));
  }

  /** Of every kind and origin, with and without images. */
  private static List<ChangeRecord> changes() {
    Item item = Samples.ITEM;
    Item key = Samples.KEY;
    Origin user = Origin.USER;
    return List.of(
        new ChangeRecord(19, Kind.INSERT, user, -1, key, null, item),
        new ChangeRecord(20, Kind.MODIFY, user, 1L << 50, key, item, item),
        new ChangeRecord(21, Kind.REMOVE, Origin.TIME_TO_LIVE, 0, key, item, null),
        new ChangeRecord(Long.MAX_VALUE, Kind.MODIFY, user, 0, key, null, null));
  }

  private static NodeStatus status() {
    return new NodeStatus(
        new NodeId("n1"),
        true,
        List.of(
            replica(NodeStatus.Role.LEADER),
            replica(NodeStatus.Role.FOLLOWER),
            replica(NodeStatus.Role.LISTENER),
            new NodeStatus.Replica(
                PARTITION, 1, NodeStatus.Role.CANDIDATE, null, 2, 3, 4, 5, 0, 0)));
  }

  private static NodeReport report() {
    Bytes key = Samples.SPLIT.key();
    NodeReport.Keys keys =
        new NodeReport.Keys(
            List.of(
                KeySample.ofKey(KeySample.Kind.READ, key),
                new KeySample(KeySample.Kind.WRITE, Bytes.EMPTY, key, KeySample.Presence.ABSENT)),
            0.5,
            0.25);
    return new NodeReport(
        status(),
        7,
        new NodeReport.Vitals(1, 2.5, 0.75, 3, true),
        List.of(
            new NodeReport.PartitionLoad(PARTITION, 1, 2, 3, 4, 5, keys, key),
            new NodeReport.PartitionLoad(PARTITION, 1, 2, 0, 0, 0, NodeReport.Keys.NONE, null)));
  }

  private static PlanReport plan() {
    return new PlanReport(
        List.of(new PlanReport.Verdict(PARTITION, "not-hot", "not split: it is idle")),
        List.of("p1 has lost its majority"),
        new TreeMap<>(Map.of("not-hot", 4L)));
  }

  private static NodeStatus.Replica replica(NodeStatus.Role role) {
    return new NodeStatus.Replica(PARTITION, 1, role, new NodeId("n1"), 2, 3, 4, 5, 6.5, 7.25);
  }
}
