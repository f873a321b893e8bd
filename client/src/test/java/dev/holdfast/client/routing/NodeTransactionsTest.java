package dev.holdfast.client.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionAction;
import dev.holdfast.protocol.command.TransactionGet;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.command.WriteCost;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.ThrottledException;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Transactions find a node that takes them, and take effect once however many are asked. */
class NodeTransactionsTest {
  private static final TableDescriptor TABLE = SimulatedStore.table("t", 5);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Result DONE = new Result.Transacted(List.of(WriteCost.ofTable(1)));
  private static final Result IN_PROGRESS =
      new Result.Rejected(new Rejection.TransactionInProgress());

  private final SimulatedCluster cluster = new SimulatedCluster(42, 3);

  /** Where the nodes answered. */
  private static final Map<PartitionId, Long> SEEN =
      Map.of(SimulatedCluster.FIRST, 40L, new PartitionId(2), 50L);

  /** What the nodes say to transactions, in order: a result, or a failure; then {@link #DONE}. */
  private final Deque<Object> script = new ArrayDeque<>();

  private final List<NodeRequest.Transact> asked = new ArrayList<>();
  private final List<NodeRequest.GetTogether> askedTogether = new ArrayList<>();
  private final List<String> addresses = new ArrayList<>();
  private final NodeLinks links = address -> request -> ask(address, request);

  private CompletableFuture<NodeReply> ask(String address, NodeRequest request) {
    if (request instanceof NodeRequest.GetTogether gets) {
      addresses.add(address);
      askedTogether.add(gets);
      List<ReadResult.Found> found =
          gets.gets().stream().map(get -> new ReadResult.Found(null, 0)).toList();
      return CompletableFuture.completedFuture(
          new NodeReply.GotTogether(new ReadResult.Together(found), new TreeMap<>(SEEN)));
    }
    if (!(request instanceof NodeRequest.Transact transact)) {
      return cluster.to(address).ask(request);
    }
    asked.add(transact);
    addresses.add(address);
    CompletableFuture<NodeReply> answer = new CompletableFuture<>();
    Object next = script.isEmpty() ? DONE : script.poll();
    cluster.after(
        Duration.ofMillis(1),
        () -> {
          if (next instanceof Result result) {
            answer.complete(new NodeReply.Transacted(result, new TreeMap<>(SEEN)));
          } else {
            answer.completeExceptionally((RuntimeException) next);
          }
        });
    return answer;
  }

  private Router router(RouterOptions options) {
    return new Router(
        options, List.of(SimulatedCluster.address(0)), links, cluster, RouterListener.NONE);
  }

  private final Router router = router(RouterOptions.defaults());

  private static TransactionRequest request(RequestId id, TransactionAction action) {
    return new TransactionRequest(
        id, null, List.of(new TransactionRequest.Part(TABLE.name(), action)));
  }

  private static TransactionRequest put() {
    return request(
        new RequestId(7, 8),
        new TransactionAction.Write(
            new Command.Put(
                TableRef.of(TABLE),
                SimulatedStore.key("p", 1),
                null,
                ReturnValues.NONE,
                ReturnOnFailure.NONE)));
  }

  private Result transact() {
    return cluster.run(router.transactions().transact(put(), null, TIMEOUT)).join();
  }

  /** The id gives the nodes a token, so it must be the same one. */
  @Test
  void anotherNodeIsAskedTheSame() {
    script.add(new UnavailableException(Reason.UNREACHABLE, "no connection"));
    script.add(new IndeterminateException("no answer", null));

    assertThat(transact()).isEqualTo(DONE);

    assertThat(asked).hasSize(3);
    assertThat(addresses).doesNotHaveDuplicates();
    assertThat(asked).extracting(NodeRequest.Transact::transaction).containsOnly(put());
  }

  @Test
  void aTokenOfTheUserIsKept() {
    ClientToken token = new ClientToken("t", Bytes.wrap(new byte[16]));
    TransactionRequest named = new TransactionRequest(new RequestId(1, 1), token, put().parts());

    cluster.run(router.transactions().transact(named, null, TIMEOUT)).join();

    assertThat(asked).extracting(NodeRequest.Transact::transaction).containsExactly(named);
  }

  @Test
  void anEarlierAttemptOfOursIsWaitedForAndThatOfAnotherIsNot() {
    script.add(new IndeterminateException("no answer", null));
    script.add(IN_PROGRESS);
    script.add(IN_PROGRESS);
    script.add(new Result.TokenSpent());
    assertThat(transact()).isEqualTo(new Result.TokenSpent());

    script.add(IN_PROGRESS);
    assertThat(transact()).isEqualTo(IN_PROGRESS);
  }

  @Test
  void whatMayHaveTakenEffectNeverEndsAsUnavailable() {
    script.add(new IndeterminateException("no answer", null));
    for (int i = 0; i < 1000; i++) {
      script.add(new UnavailableException(Reason.NOT_READY, "no leader"));
    }
    CompletableFuture<Result> result =
        cluster.run(router.transactions().transact(put(), null, Duration.ofMillis(300)));

    assertThatThrownBy(result::join).hasCauseInstanceOf(IndeterminateException.class);
  }

  @Test
  void aNodeThatFailedIsAskedLastForAWhile() {
    script.add(new UnavailableException(Reason.UNREACHABLE, "no connection"));
    transact();
    String failed = addresses.get(0);
    addresses.clear();

    for (int i = 0; i < 6; i++) {
      transact();
    }

    assertThat(addresses).hasSize(6).doesNotContain(failed);
  }

  @Test
  void theLeaderOfTheFirstItemSavesAHop() {
    cluster.lead(SimulatedCluster.FIRST, 2);
    cluster.store.tables.put(TABLE.name(), TABLE);
    Read.Get get = new Read.Get(TableRef.of(TABLE), SimulatedStore.key("p", 1), Projection.ALL);
    cluster
        .run(
            router.write(
                TABLE,
                ((TransactionAction.Write) put().parts().get(0).action()).write(),
                new WriteOptions(new RequestId(1, 1), WriteOptions.Attempt.FIRST, null, TIMEOUT)))
        .join();
    cluster.run(router.table(TABLE.name())).join();
    for (int i = 0; i < 5; i++) {
      transact();
      List<TransactionGet> gets = List.of(new TransactionGet(TABLE.name(), get));
      cluster.run(router.transactions().getTogether(gets, null, TIMEOUT)).join();
    }

    assertThat(addresses).hasSize(10).containsOnly(SimulatedCluster.address(2));
  }

  /** R8: a session is bound by where its transactions were prepared and decided. */
  @Test
  void aSessionLearnsWhereItsTransactionTookEffect() {
    Session session = new Session(Map.of(new PartitionId(2), 60L));
    cluster.run(router.transactions().transact(put(), session, TIMEOUT)).join();

    assertThat(session.positions())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(SimulatedCluster.FIRST, 40L, new PartitionId(2), 60L));
  }

  /** L6: of the partitions that hold the items; what it saw of others binds nobody here. */
  @Test
  void aSessionBindsItsReadsOfSeveralItems() {
    cluster.store.tables.put(TABLE.name(), TABLE);
    cluster.run(router.table(TABLE.name())).join();
    Read.Get get = new Read.Get(TableRef.of(TABLE), SimulatedStore.key("p", 1), Projection.ALL);
    List<TransactionGet> gets = List.of(new TransactionGet(TABLE.name(), get));
    Session session = new Session(Map.of(SimulatedCluster.FIRST, 30L, new PartitionId(9), 70L));

    cluster.run(router.transactions().getTogether(gets, session, TIMEOUT)).join();

    assertThat(askedTogether.get(0).seen()).isEqualTo(Map.of(SimulatedCluster.FIRST, 30L));
    assertThat(session.appliedIndexMin(SimulatedCluster.FIRST)).isEqualTo(40);
  }

  @Test
  void whatIsUnderWayIsBounded() {
    Router narrow = router(RouterOptions.defaults().withInFlight(1, 1 << 20));
    CompletableFuture<Result> first = narrow.transactions().transact(put(), null, TIMEOUT);

    assertThatThrownBy(() -> narrow.transactions().transact(put(), null, TIMEOUT).join())
        .hasCauseInstanceOf(ThrottledException.class);
    assertThat(cluster.run(first).join()).isEqualTo(DONE);
  }

  @Test
  void aMistakeIsNotRepeated() {
    script.add(new InvalidRequestException("two actions on one item"));

    assertThatThrownBy(this::transact).hasCauseInstanceOf(InvalidRequestException.class);
    assertThat(asked).hasSize(1);
  }
}
