package dev.holdfast.client;

import static dev.holdfast.client.Expressions.add;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.client.HoldfastException.TransactionCancelledException;
import dev.holdfast.client.routing.RouterWorld;
import dev.holdfast.protocol.command.Attempt;
import dev.holdfast.protocol.command.CancellationReason;
import dev.holdfast.protocol.command.ClientToken;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.model.AttemptId;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.TableId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the client does about conflicts: of transactions, and of those who read before they write.
 */
@Timeout(20)
class TransactionsTest {
  private static final Attempt HOLDER = new Attempt(new AttemptId(1, 2), Bytes.EMPTY, 9, null);
  private static final Rejection LOCKED = new Rejection.Locked(Bytes.EMPTY, HOLDER);
  private static final Rejection CONFLICT =
      new Rejection.Cancelled(List.of(new CancellationReason.Locked(Bytes.EMPTY, HOLDER)));
  private static final Key A = Key.of("a");

  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
  private final MemoryStore store = new MemoryStore();
  private final HoldfastClient client =
      new HoldfastClient(
          new TableCalls(store, RouterWorld.real(timers), Runnable::run, ClientListener.NONE),
          store,
          new CallSettings(ReadLevel.EVENTUAL, null, Duration.ofSeconds(10)),
          timers::shutdownNow);
  private final SyncTable accounts = client.sync().table("accounts");

  @BeforeEach
  void createTable() {
    client.sync().createTable(TableSpec.named("accounts").partitionKey("id", ScalarType.S));
  }

  @AfterEach
  void close() {
    client.close();
  }

  private static Document account(Object balance) {
    return Document.of(Map.of("id", "a", "balance", balance));
  }

  @Test
  void aConflictIsTriedAgainWithTheSameIdAndToken() {
    store.rejections.addAll(List.of(CONFLICT, CONFLICT, new Rejection.StaleTable(new TableId(1))));

    client.sync().commit(client.transaction().put("accounts", account(1)).token("t"));

    assertThat(store.transactions).hasSize(4);
    assertThat(store.transactions.stream().map(TransactionRequest::id).distinct()).hasSize(1);
    assertThat(store.transactions.stream().map(TransactionRequest::token).distinct()).hasSize(1);
    assertThat(accounts.get(A)).contains(account(1));
  }

  @Test
  void aTransactionThatConflictsTooOftenSaysSo() {
    store.rejections.addAll(List.of(CONFLICT, CONFLICT, CONFLICT, CONFLICT));
    Transaction transaction = client.transaction().put("accounts", account(1)).withAttempts(2);

    assertThatThrownBy(() -> client.sync().commit(transaction))
        .isInstanceOfSatisfying(
            TransactionCancelledException.class,
            cancelled -> assertThat(cancelled.isConflict()).isTrue());
    assertThat(store.transactions).hasSize(2);
    TransactionalGets gets = client.transactionalGets().get("accounts", A).withAttempts(2);
    assertThatThrownBy(() -> client.sync().read(gets))
        .isInstanceOf(TransactionCancelledException.class);
  }

  @Test
  void aTokenStandsForWhatIsAskedWhateverTheVersionOfTheTable() {
    Transaction transaction = client.transaction().update("accounts", A, add("balance", 1));
    client.sync().commit(transaction.token("t"));
    client.sync().commit(transaction.token("t"));
    client.sync().commit(client.transaction().delete("accounts", A).token("t"));

    List<ClientToken> tokens =
        store.transactions.stream()
            .map(each -> java.util.Objects.requireNonNull(each.token()))
            .toList();
    assertThat(tokens.get(1)).isEqualTo(tokens.get(0));
    assertThat(tokens.get(2)).isNotEqualTo(tokens.get(0));
  }

  @Test
  void whatIsRefusedSaysWhatToDo() {
    Map<Rejection, Class<? extends HoldfastException>> expected =
        Map.of(
            new Rejection.TokenMismatch(), HoldfastException.InvalidRequestException.class,
            new Rejection.TransactionInProgress(), HoldfastException.IndeterminateException.class,
            new Rejection.LedgerFull(), HoldfastException.ThrottledException.class);
    expected.forEach(
        (rejection, type) -> {
          store.rejections.add(rejection);
          Transaction once = client.transaction().delete("accounts", A).withAttempts(1);
          assertThatThrownBy(() -> client.sync().commit(once)).isInstanceOf(type);
        });
    assertThatThrownBy(() -> client.sync().commit(client.transaction()))
        .isInstanceOf(HoldfastException.InvalidRequestException.class);
    assertThatThrownBy(() -> client.sync().commit(client.transaction().delete("none", A)))
        .isInstanceOf(HoldfastException.TableNotFoundException.class);
    assertThatThrownBy(() -> client.transaction().token("t".repeat(37)))
        .isInstanceOf(HoldfastException.InvalidRequestException.class);
  }

  @Test
  void aWriteThatMeetsATransactionWaitsAndIsToldInTheEnd() {
    store.rejections.addAll(List.of(LOCKED, LOCKED));
    accounts.put(account(1));
    assertThat(accounts.get(A)).contains(account(1));

    for (int i = 0; i < 20; i++) {
      store.rejections.add(LOCKED);
    }
    assertThatThrownBy(() -> accounts.put(account(2)))
        .isInstanceOf(HoldfastException.ConflictException.class);
  }

  @Test
  void whatIsReadAndThenWrittenIsNeverWrittenOverAnothersChange() {
    AtomicInteger calls = new AtomicInteger();
    Function<Optional<Document>, Document> raise =
        found -> {
          if (calls.getAndIncrement() == 1) {
            accounts.put(account(100)); // somebody is faster
          }
          return account(found.map(each -> each.intValue("balance") + 1).orElse(1));
        };

    assertThat(accounts.modify(A, raise)).isEqualTo(account(1));
    assertThat(accounts.modify(A, raise)).isEqualTo(account(101));
    assertThat(calls).hasValue(3);
    assertThat(accounts.modify(A, Optional::orElseThrow)).isEqualTo(account(101));
  }

  @Test
  void whoIsSlowerEachTimeIsTold() {
    AtomicInteger balance = new AtomicInteger();
    accounts.put(account(0));

    assertThatThrownBy(
            () ->
                accounts.modify(
                    A,
                    found -> {
                      accounts.put(account(balance.incrementAndGet()));
                      return account(-1);
                    }))
        .isInstanceOf(HoldfastException.ConflictException.class);
    assertThat(balance).hasValue(OptimisticWrite.ATTEMPT_COUNT_MAX);
    assertThatThrownBy(
            () ->
                accounts.modify(
                    A,
                    found -> {
                      throw new ArithmeticException("mine");
                    }))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void aVersionTellsWhetherTheItemWasChanged() {
    Document first = accounts.modify(A, "version", found -> account(1));
    AtomicInteger calls = new AtomicInteger();
    Document second =
        accounts.modify(
            A,
            "version",
            found -> {
              if (calls.getAndIncrement() == 0) {
                accounts.modify(A, "version", same -> account(50));
              }
              return account(found.orElseThrow().intValue("balance") + 1);
            });

    assertThat(first.intValue("version")).isEqualTo(1);
    assertThat(second.intValue("version")).isEqualTo(3);
    assertThat(second.intValue("balance")).isEqualTo(51);
  }
}
