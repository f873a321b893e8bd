package dev.holdfast.client.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.client.routing.WriteOptions.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.ReturnOnFailure;
import dev.holdfast.protocol.command.ReturnValues;
import dev.holdfast.protocol.command.TableRef;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.expression.Projection;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableStatus;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.ThrottledException;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One behaviour of the router each, in a cluster where only that goes wrong. */
class RouterTest {
  private static final TableDescriptor TABLE = SimulatedStore.table("t", 5);
  private static final TableRef REF = new TableRef(TABLE.id(), 1);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final SimulatedCluster cluster = new SimulatedCluster(42, 3);
  private final Router router = cluster.router(RouterOptions.defaults());
  private long nextId;

  private CompletableFuture<Result> put(Router by, long sort) {
    return put(by, sort, Attempt.FIRST, null);
  }

  private CompletableFuture<Result> put(
      Router by, long sort, Attempt attempt, @Nullable Session session) {
    Command.Put command =
        new Command.Put(
            REF, SimulatedStore.key("p", sort), null, ReturnValues.NONE, ReturnOnFailure.NONE);
    RequestId id = new RequestId(7, nextId++);
    return by.write(TABLE, command, new WriteOptions(id, attempt, session, TIMEOUT));
  }

  private List<CompletableFuture<Result>> puts(Router by, int count) {
    List<CompletableFuture<Result>> puts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      puts.add(put(by, i));
    }
    return puts;
  }

  private void runAll(List<? extends CompletableFuture<?>> calls) {
    cluster.run(CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))).join();
  }

  private CompletableFuture<ReadResult> get(long sort, ReadOptions options) {
    Read.Get read = new Read.Get(REF, SimulatedStore.key("p", sort), Projection.ALL);
    return router.get(TABLE, read, options);
  }

  private List<NodeRequest.Write> writesServed() {
    List<NodeRequest.Write> writes = new ArrayList<>();
    for (NodeRequest request : cluster.served) {
      if (request instanceof NodeRequest.Write write) {
        writes.add(write);
      }
    }
    return writes;
  }

  @Test
  void takesOneHopOnceItKnowsTheLeader() {
    cluster.lead(SimulatedCluster.FIRST, 2);
    cluster.run(put(router, 1)).join();
    cluster.served.clear();
    cluster.run(put(router, 2)).join();
    cluster.run(get(2, ReadOptions.of(Level.STRONG, TIMEOUT))).join();
    assertThat(cluster.served).hasSize(2);
  }

  @Test
  void followsTheHintOfADeposedLeaderWithoutAPause() {
    cluster.run(put(router, 1)).join();
    cluster.lead(SimulatedCluster.FIRST, cluster.leader(SimulatedCluster.FIRST) == 1 ? 2 : 1);
    cluster.served.clear();
    cluster.run(put(router, 2)).join();
    assertThat(writesServed()).hasSize(2);
  }

  @Test
  void sendsALoneWriteAtOnceAndCombinesThoseThatWait() {
    Router narrow = cluster.router(RouterOptions.defaults().withBatches(128, 1 << 20, 1));
    cluster.run(put(narrow, 0)).join();
    cluster.served.clear();
    runAll(puts(narrow, 65));
    assertThat(writesServed()).extracting(write -> write.proposals().size()).containsExactly(1, 64);
  }

  @Test
  void whatCanWaitLeavesWithTheNextWriteThatCannotAndBeforeIt() {
    cluster.run(put(router, 0)).join();
    cluster.served.clear();
    CompletableFuture<Result> commit = commit();
    runAll(List.of(commit, put(router, 1)));

    assertThat(writesServed()).hasSize(1);
    assertThat(writesServed().get(0).proposals())
        .extracting(proposal -> proposal.command().canWait())
        .containsExactly(true, false);
  }

  @Test
  void whatCanWaitLeavesByItselfBeforeLong() {
    cluster.run(put(router, 0)).join();
    long begunNanos = cluster.nanoTime();
    cluster.run(commit()).join();

    assertThat(Duration.ofNanos(cluster.nanoTime() - begunNanos))
        .isBetween(Duration.ofMillis(5), Duration.ofMillis(50));
  }

  private CompletableFuture<Result> commit() {
    Bytes key = KeyEncoding.routingKey(TABLE.id(), TABLE.keySchema(), SimulatedStore.key("p", 1));
    return router
        .steps()
        .propose(
            key,
            new TransactionCommand.Commit(SimulatedStore.HOLDER, List.of(key)),
            new RequestId(8, nextId++),
            TIMEOUT);
  }

  @Test
  void whatIsSentWhileAnswersAreToldLeavesTogether() {
    Router narrow = cluster.router(RouterOptions.defaults().withBatches(128, 1 << 20, 1));
    cluster.run(put(narrow, 0)).join();
    List<CompletableFuture<?>> chains = new ArrayList<>();
    for (int i = 0; i < 33; i++) {
      int item = i;
      chains.add(put(narrow, i).thenCompose(done -> put(narrow, 100 + item)));
    }
    cluster.served.clear();
    runAll(chains);
    // the first alone; then those who waited and, after each answer, those who sent meanwhile
    assertThat(writesServed())
        .extracting(write -> write.proposals().size())
        .containsExactly(1, 33, 32);
  }

  @Test
  void keepsBatchesWithinTheirLimits() {
    Router narrow = cluster.router(RouterOptions.defaults().withBatches(10, 1 << 20, 1));
    cluster.run(put(narrow, 0)).join();
    cluster.served.clear();
    runAll(puts(narrow, 31));
    assertThat(writesServed())
        .extracting(write -> write.proposals().size())
        .containsExactly(1, 10, 10, 10);
  }

  @Test
  void aWriteThatIsNotValidDoesNotHarmThoseItTravelledWith() {
    Router narrow = cluster.router(RouterOptions.defaults().withBatches(128, 1 << 20, 1));
    cluster.run(put(narrow, 0)).join();
    long bad = nextId + 3;
    cluster.refuse(
        request ->
            request instanceof NodeRequest.Write write
                    && write.proposals().stream().anyMatch(p -> p.id().low() == bad)
                ? new InvalidRequestException("too large")
                : null);
    List<CompletableFuture<Result>> writes = puts(narrow, 8);
    for (int i = 0; i < 8; i++) {
      boolean failed = cluster.run(writes.get(i)).isCompletedExceptionally();
      assertThat(failed).as("write %d", i).isEqualTo(i == 3);
    }
  }

  @Test
  void throttlesBeyondItsLimitAndRecovers() {
    Router small = cluster.router(RouterOptions.defaults().withInFlight(3, 1 << 20));
    List<CompletableFuture<Result>> admitted = List.of(put(small, 1), put(small, 2), put(small, 3));
    assertThatThrownBy(() -> put(small, 4).join()).hasCauseInstanceOf(ThrottledException.class);
    runAll(admitted);
    cluster.run(put(small, 5)).join();
  }

  @Test
  void findsAKeyThatMovedToAnotherPartition() {
    cluster.run(put(router, 1)).join();
    cluster.splitAt(
        dev.holdfast.protocol.model.KeyEncoding.routingKey(
            TABLE.id(), TABLE.keySchema(), SimulatedStore.key("p", 5)));
    cluster.run(put(router, 6)).join();
    assertThat(router.map().epoch()).isEqualTo(2);
    NodeRequest.Write last = writesServed().get(writesServed().size() - 1);
    assertThat(last.partition()).isEqualTo(new PartitionId(2));
  }

  @Test
  void keepsTheRequestIdAndTheStampThroughAllAttempts() {
    cluster.run(put(router, 1)).join();
    cluster.served.clear();
    cluster.refuse(
        request -> writesServed().size() < 4 ? new IndeterminateException("lost", null) : null);
    cluster.run(put(router, 2)).join();
    List<Proposal> attempts =
        writesServed().stream().map(write -> write.proposals().get(0)).toList();
    assertThat(attempts).hasSizeGreaterThanOrEqualTo(4);
    assertThat(attempts).extracting(Proposal::id).containsOnly(new RequestId(7, 1));
    assertThat(attempts).extracting(Proposal::carriedStampMicros).doesNotContain(-1L);
    assertThat(attempts.stream().map(Proposal::carriedStampMicros).distinct()).hasSize(1);
  }

  @Test
  void aRepeatedWriteCarriesNoStamp() {
    cluster.run(put(router, 1)).join();
    cluster.served.clear();
    cluster.run(put(router, 2, Attempt.REPEATED, null)).join();
    assertThat(writesServed().get(0).proposals().get(0).carriedStampMicros())
        .isEqualTo(Proposal.STAMP_UNKNOWN);
  }

  @Test
  void marksTheLastAttemptFinalWhenAnEarlierOneWasNotAnswered() {
    cluster.refuse(
        request ->
            request instanceof NodeRequest.Write ? new IndeterminateException("lost", null) : null);
    assertThatThrownBy(() -> cluster.run(put(router, 1)).join())
        .hasCauseInstanceOf(IndeterminateException.class);
    List<Proposal> attempts =
        writesServed().stream().map(write -> write.proposals().get(0)).toList();
    assertThat(attempts.get(0).finalAttempt()).isFalse();
    assertThat(attempts.get(attempts.size() - 1).finalAttempt()).isTrue();
  }

  /** R7. */
  @Test
  void aWriteOfALockedItemTriesAgainForAWhile() {
    cluster.store.lock(true);
    CompletableFuture<Result> write = put(router, 1);
    cluster.run(Duration.ofMillis(300));
    assertThat(write).isNotDone();

    cluster.store.lock(false);

    assertThat(cluster.run(write).join()).isInstanceOf(Result.Written.class);
  }

  @Test
  void aWriteOfAnItemThatStaysLockedIsToldSoBeforeItsTimeIsUp() {
    cluster.store.lock(true);
    long start = cluster.nanoTime();

    Result result = cluster.run(put(router, 1)).join();

    assertThat(result)
        .isInstanceOfSatisfying(
            Result.Rejected.class,
            no -> assertThat(no.rejection()).isInstanceOf(Rejection.Locked.class));
    assertThat(cluster.nanoTime() - start).isLessThan(TIMEOUT.toNanos() / 4);
    assertThat(writesServed()).noneMatch(write -> write.proposals().get(0).finalAttempt());
  }

  /** R11: or a copy of it that is still on its way takes effect after the caller was told. */
  @Test
  void aLockedWriteWithAnUnansweredAttemptEndsWithAFinalOne() {
    cluster.store.lock(true);
    cluster.refuse(
        request -> writesServed().size() == 1 ? new IndeterminateException("lost", null) : null);

    cluster.run(put(router, 1)).join();

    List<NodeRequest.Write> attempts = writesServed();
    assertThat(attempts.get(attempts.size() - 1).proposals().get(0).finalAttempt()).isTrue();
    assertThat(attempts.subList(0, attempts.size() - 1))
        .noneMatch(write -> write.proposals().get(0).finalAttempt());
  }

  @Test
  void staysIndeterminateWhenLaterAttemptsSurelyDidNothing() {
    cluster.refuse(
        request -> {
          if (!(request instanceof NodeRequest.Write)) {
            return null;
          }
          return writesServed().size() == 1
              ? new IndeterminateException("lost", null)
              : new UnavailableException(Reason.NOT_READY, "no leader");
        });
    assertThatThrownBy(() -> cluster.run(put(router, 1)).join())
        .hasCauseInstanceOf(IndeterminateException.class);
  }

  @Test
  void isUnavailableWhenNoAttemptCanHaveDoneAnything() {
    cluster.refuse(
        request ->
            request instanceof NodeRequest.Write
                ? new UnavailableException(Reason.NOT_READY, "no leader")
                : null);
    long start = cluster.nanoTime();
    assertThatThrownBy(() -> cluster.run(put(router, 1)).join())
        .hasCauseInstanceOf(UnavailableException.class);
    assertThat(cluster.nanoTime() - start)
        .isBetween(TIMEOUT.toNanos() * 9 / 10, TIMEOUT.toNanos() * 11 / 10);
  }

  @Test
  void carriesANewerStampWhenTheOldOneIsForgottenAndNothingWasSentBefore() {
    cluster.run(put(router, 1)).join();
    cluster.run(Duration.ofMinutes(30));
    cluster.store.forgetUpTo(cluster.nanoTime() / 1000 - 1);
    assertThat(cluster.run(put(router, 2)).join()).isInstanceOf(Result.Written.class);
  }

  @Test
  void doesNotClaimToKnowWhatAnotherRouterMayHaveSent() {
    cluster.run(put(router, 1)).join();
    cluster.store.forgetUpTo(cluster.nanoTime() / 1000);
    assertThatThrownBy(() -> cluster.run(put(router, 2, Attempt.REPEATED, null)).join())
        .hasCauseInstanceOf(IndeterminateException.class);
  }

  @Test
  void remembersTablesButNotThatThereIsNone() {
    assertThat(cluster.run(router.table("t")).join()).isEmpty();
    cluster.store.tables.put("t", TABLE.withStatus(TableStatus.CREATING));
    assertThat(cluster.run(router.table("t")).join()).isPresent();
    cluster.store.tables.put("t", TABLE);
    assertThat(cluster.run(router.table("t")).join()).contains(TABLE);
    cluster.served.clear();
    assertThat(router.table("t").join()).contains(TABLE);
    assertThat(cluster.served).isEmpty();
  }

  @Test
  void readsOfAnyReplicaGoToThePreferredNode() {
    Router near =
        cluster.router(
            RouterOptions.defaults().withPreferred(new dev.holdfast.protocol.model.NodeId("n2")));
    for (int i = 0; i < 10; i++) {
      Read.Get read = new Read.Get(REF, SimulatedStore.key("p", i), Projection.ALL);
      cluster.run(near.get(TABLE, read, ReadOptions.of(Level.EVENTUAL, TIMEOUT))).join();
    }
    assertThat(cluster.askedOf(1)).hasSize(10);
  }

  @Test
  void aSessionIsBoundByWhatItWrote() {
    Session session = new Session();
    cluster.run(put(router, 1, Attempt.FIRST, session)).join();
    long seen = session.appliedIndexMin(SimulatedCluster.FIRST);
    assertThat(seen).isPositive();
    cluster.served.clear();
    cluster.run(get(1, new ReadOptions(Level.SESSION, Duration.ZERO, session, TIMEOUT))).join();
    assertThat(cluster.served)
        .singleElement()
        .isInstanceOfSatisfying(
            NodeRequest.ReadFrom.class,
            read -> assertThat(read.mode().appliedIndexMin()).isEqualTo(seen));
  }
}
