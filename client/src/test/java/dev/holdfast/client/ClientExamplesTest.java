package dev.holdfast.client;

import static dev.holdfast.client.Expressions.add;
import static dev.holdfast.client.Expressions.attribute;
import static dev.holdfast.client.Expressions.condition;
import static dev.holdfast.client.Expressions.set;
import static dev.holdfast.client.Expressions.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.client.routing.RouterOptions;
import dev.holdfast.client.routing.RouterWorld;
import dev.holdfast.client.routing.WriteOptions;
import dev.holdfast.client.routing.WriteOptions.Attempt;
import dev.holdfast.client.transport.ConnectionOptions;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.model.ChangeRecord;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.model.TableId;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of the documentation, running. */
@Timeout(20)
class ClientExamplesTest {
  enum Status {
    OPEN,
    PAID
  }

  record Line(String article, int count) {}

  record Order(
      String id,
      BigDecimal total,
      Status status,
      Instant placedAt,
      Set<String> tags,
      List<Line> lines,
      Map<String, Long> weights,
      Optional<String> note,
      UUID reference) {}

  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
  private final MemoryStore store = new MemoryStore();
  private final List<String> heard = new ArrayList<>();
  private final HoldfastClient client = client();
  private final Table orders = client.table("orders");

  private void note(String line) {
    synchronized (heard) {
      heard.add(line);
    }
  }

  private HoldfastClient client() {
    ClientListener listener =
        (operation, table, latency, failure) -> {
          note(operation + " " + table + " " + (failure == null ? "ok" : "failed"));
        };
    TableCalls calls =
        new TableCalls(store, RouterWorld.real(timers), ForkJoinPool.commonPool(), listener);
    CallSettings settings = new CallSettings(ReadLevel.EVENTUAL, null, Duration.ofSeconds(5));
    return new HoldfastClient(calls, store, settings, timers::shutdownNow);
  }

  @BeforeEach
  void createTables() {
    client.sync().createTable(TableSpec.named("orders").partitionKey("id", ScalarType.S));
    client
        .sync()
        .createTable(
            TableSpec.named("lines")
                .partitionKey("order", ScalarType.S)
                .sortKey("number", ScalarType.N));
  }

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void putsAndGetsDocuments() {
    Document order =
        Document.builder()
            .set("id", "o-17")
            .set("total", new BigDecimal("12.50"))
            .set("tags", Set.of("new", "gift"))
            .set("address", Map.of("city", "Bergen", "zip", "5003"))
            .set("lines", List.of(Map.of("article", "pen", "count", 3)))
            .build();
    Document read =
        orders
            .put(order)
            .thenCompose(done -> orders.with(ReadLevel.STRONG).get(Key.of("o-17")))
            .join()
            .orElseThrow();
    assertThat(read).isEqualTo(order);
    assertThat(read.string("address.city")).isEqualTo("Bergen");
    assertThat(read.intValue("lines[0].count")).isEqualTo(3);
    assertThat(read.strings("tags")).containsExactly("gift", "new");
    assertThat(read.has("lines[1]")).isFalse();
    assertThat(store.reads.get(0).level()).isEqualTo(Level.STRONG);
  }

  @Test
  void aFailedConditionCarriesTheItem() {
    SyncTable sync = client.sync().table("orders");
    Document first = Document.of(Map.of("id", "o-1", "by", "me"));
    sync.put(first, attribute("id").notExists());
    assertThatThrownBy(
            () -> sync.put(Document.of(Map.of("id", "o-1")), attribute("id").notExists()))
        .isInstanceOfSatisfying(
            HoldfastException.ConditionFailedException.class,
            failure -> assertThat(failure.item()).contains(first));
  }

  @Test
  void updatesReturnTheItem() {
    SyncTable sync = client.sync().table("orders");
    sync.put(Document.of(Map.of("id", "o-1", "visits", 1, "draft", true)));
    Document after =
        sync.update(
            Key.of("o-1"),
            set("status", Status.PAID).add("visits", 2).remove("draft"),
            attribute("id").exists());
    assertThat(after).isEqualTo(Document.of(Map.of("id", "o-1", "visits", 3, "status", "PAID")));
    assertThat(sync.replace(Document.of(Map.of("id", "o-1")))).contains(after);
    assertThat(sync.take(Key.of("o-1"))).isPresent();
    assertThat(sync.get(Key.of("o-1"))).isEmpty();
  }

  @Test
  void queriesAndScansComeInPages() {
    Table lines = client.table("lines");
    List<Document> stored =
        IntStream.range(0, 25)
            .mapToObj(i -> Document.of(Map.of("order", "o-1", "number", i)))
            .toList();
    lines.putAll(stored).join();
    Query query = Query.of("o-1").pageSize(10);
    assertThat(lines.query(query).blocking()).containsExactlyElementsOf(stored);
    assertThat(lines.query(query).collect(12).join())
        .containsExactlyElementsOf(stored.subList(0, 12));
    Pages<Document> pages = lines.query(query.descending());
    assertThat(pages.next().join().items()).first().isEqualTo(stored.get(24));
    Page<Document> first = lines.query(query).next().join();
    assertThat(lines.query(query.startAfter(first.lastKey().orElseThrow())).next().join().items())
        .first()
        .isEqualTo(stored.get(10));
    List<Document> seen = new ArrayList<>();
    for (int segment = 0; segment < 4; segment++) {
      lines.scan(Scan.all().segment(segment, 4).pageSize(7)).forEach(seen::add).join();
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(stored);
    assertThat(lines.getAll(List.of(Key.of("o-1", 3), Key.of("o-1", 99))).join())
        .containsOnlyKeys(Key.of("o-1", 3));
    lines
        .deleteAll(stored.stream().map(item -> Key.of("o-1", item.intValue("number"))).toList())
        .join();
    assertThat(lines.scan().blocking()).isEmpty();
  }

  @Test
  void recordsBecomeItemsAndItemsRecords() {
    TypedTable<Order> typed = orders.as(Order.class);
    Order order =
        new Order(
            "o-17",
            new BigDecimal("12.5"),
            Status.OPEN,
            Instant.parse("2026-01-02T03:04:05Z"),
            Set.of("gift"),
            List.of(new Line("pen", 3), new Line("ink", 1)),
            Map.of("pen", 20L),
            Optional.empty(),
            new UUID(1, 2));
    typed.put(order).join();
    assertThat(typed.get(Key.of("o-17")).join()).contains(order);
    assertThat(orders.get(Key.of("o-17")).join().orElseThrow().has("note")).isFalse();
    assertThat(typed.scan(Scan.all()).collect(10).join()).containsExactly(order);
    assertThat(typed.update(Key.of("o-17"), set("status", Status.PAID)).join().status())
        .isEqualTo(Status.PAID);
  }

  @Test
  void sessionsTravelAsText() {
    HoldfastSession session = client.startSession();
    session.table("orders").put(Document.of(Map.of("id", "o-1"))).join();
    String text = session.token().toString();
    HoldfastSession elsewhere = client.resumeSession(SessionToken.parse(text));
    assertThat(elsewhere.token().toString()).isEqualTo(text).isEqualTo("h1~1.1");
    assertThat(elsewhere.table("orders").get(Key.of("o-1")).join()).isPresent();
    assertThat(store.reads.get(0).level()).isEqualTo(Level.SESSION);
    for (String bad : List.of("", "h2", "h1~", "h1~1", "h1x1.1", "h1~-1.2")) {
      assertThatThrownBy(() -> SessionToken.parse(bad))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aSessionKnowsOfItsTransactions() {
    HoldfastSession session = client.startSession();
    session.transaction().put("orders", Document.of(Map.of("id", "o-1"))).commit().join();
    session.transactionalGets().get("orders", Key.of("o-1")).withAttempts(2).read().join();
    assertThat(session.token().toString()).isEqualTo("h1~2.1~3.1");
  }

  @Test
  void sendsAWriteAgainWithItsIdWhenTheTableHasChanged() {
    store.rejections.add(new Rejection.StaleTable(new TableId(1)));
    store.rejections.add(new Rejection.StaleTable(new TableId(1)));
    orders.put(Document.of(Map.of("id", "o-1"))).join();
    assertThat(store.writes).hasSize(3);
    assertThat(store.writes.stream().map(WriteOptions::requestId).distinct()).hasSize(1);
    assertThat(store.writes)
        .extracting(WriteOptions::attempt)
        .containsExactly(Attempt.FIRST, Attempt.REPEATED, Attempt.REPEATED);
  }

  @Test
  void failuresSayWhatToDo() {
    SyncClient sync = client.sync();
    assertThatThrownBy(() -> sync.table("none").get(Key.of("x")))
        .isInstanceOf(HoldfastException.TableNotFoundException.class);
    assertThatThrownBy(() -> sync.table("orders").get(Key.of(1)))
        .isInstanceOf(HoldfastException.InvalidRequestException.class)
        .hasMessageContaining("type S");
    assertThatThrownBy(() -> sync.table("lines").get(Key.of("x")))
        .isInstanceOf(HoldfastException.InvalidRequestException.class);
    assertThatThrownBy(
            () -> sync.createTable(TableSpec.named("orders").partitionKey("id", ScalarType.S)))
        .isInstanceOf(HoldfastException.TableInUseException.class);
    assertThatThrownBy(() -> attribute("a..b"))
        .isInstanceOf(HoldfastException.InvalidRequestException.class);
    sync.deleteTable("orders");
    assertThat(sync.listTables()).containsExactly("lines");
    assertThat(sync.describeTable("orders")).isEmpty();
  }

  @Test
  void listenersHearOfEveryOperation() {
    orders.apply(Key.of("o-1"), add("visits", 1)).join();
    client.table("none").get(Key.of("x")).exceptionally(failure -> Optional.empty()).join();
    synchronized (heard) {
      assertThat(heard).contains("ADMIN orders ok", "UPDATE orders ok", "GET none failed");
    }
  }

  @Test
  void conditionsAndUpdatesMayBeWrittenAsInDynamoDb() {
    SyncTable sync = client.sync().table("orders");
    sync.put(
        Document.of(Map.of("id", "o-1", "balance", 50)), condition("attribute_not_exists(id)"));
    Update reopen =
        update(
                "SET #s = :open ADD balance :back",
                Map.of("#s", "status", ":open", "open", ":back", 30))
            .remove("draft");
    Document after = sync.update(Key.of("o-1"), reopen, condition("attribute_exists(id)"));
    assertThat(after.string("status")).isEqualTo("open");
    assertThat(after.intValue("balance")).isEqualTo(80);
    Attribute balance = attribute("balance");
    assertThat(
            condition("balance >= :least", Map.of(":least", 30))
                .and(attribute("frozen").notExists())
                .tree())
        .isEqualTo(balance.ge(30).and(attribute("frozen").notExists()).tree());
    assertThat(condition("a.b[0] = :x", Map.of(":x", 1)).tree())
        .isEqualTo(attribute("a.b[0]").eq(1).tree());
    for (String bad : List.of("status = a", "a = :missing", "a =", "a = b AND")) {
      assertThatThrownBy(() -> condition(bad))
          .isInstanceOf(HoldfastException.InvalidRequestException.class)
          .hasMessageStartingWith("Invalid ConditionExpression: ");
    }
    assertThatThrownBy(() -> update("REMOVE a", Map.of("#unused", "b")))
        .isInstanceOf(HoldfastException.InvalidRequestException.class)
        .hasMessageContaining("unused in expressions: keys: {#unused}");
    assertThatThrownBy(() -> update("REMOVE #a", Map.of("#a", 7)))
        .isInstanceOf(HoldfastException.InvalidRequestException.class);
  }

  record Money(String account, long cents) {}

  static final class MoneyMapper implements ItemMapper<Money> {
    @Override
    public Document toDocument(Money money) {
      return Document.builder().set("id", money.account()).set("cents", money.cents()).build();
    }

    @Override
    public Money fromDocument(Document document) {
      return new Money(document.string("id"), document.longValue("cents"));
    }
  }

  @Test
  void typedTablesWaitTooAndTakeAnyMapper() {
    SyncTypedTable<Money> accounts = client.sync().table("orders").as(new MoneyMapper());
    Money first = new Money("a-1", 1250);
    Money second = new Money("a-2", 0);
    accounts.putAll(List.of(first, second));
    assertThat(accounts.with(ReadLevel.STRONG).get(Key.of("a-1"))).contains(first);
    assertThat(accounts.getAll(List.of(Key.of("a-1"), Key.of("a-9"))))
        .isEqualTo(Map.of(Key.of("a-1"), first));
    assertThat(accounts.update(Key.of("a-2"), add("cents", 5)).cents()).isEqualTo(5);
    assertThat(accounts.replace(second)).contains(new Money("a-2", 5));
    assertThat(accounts.take(Key.of("a-2"))).contains(second);
    assertThat(accounts.withTimeout(Duration.ofSeconds(1)).scan(Scan.all())).containsExactly(first);
    RecordMapper<Money> byComponent = RecordMapper.of(Money.class);
    assertThat(byComponent.fromDocument(byComponent.toDocument(first))).isEqualTo(first);
  }

  @Test
  void whoWaitsSeesInTheStackTraceWhere() {
    assertThatThrownBy(() -> client.sync().table("none").get(Key.of("x")))
        .isInstanceOfSatisfying(
            HoldfastException.TableNotFoundException.class,
            failure ->
                assertThat(failure.getStackTrace())
                    .anyMatch(frame -> frame.getClassName().contains("ClientExamplesTest")));
  }

  @Test
  void aTransactionTakesEffectAsAWholeAndOnce() {
    Transaction order =
        client
            .transaction()
            .put("orders", Document.of(Map.of("id", "o-1")), attribute("id").notExists())
            .update("lines", Key.of("o-1", 1), add("count", 3))
            .delete("orders", Key.of("cart-4"))
            .check("orders", Key.of("blocked"), attribute("id").notExists())
            .token("order-o-1");
    TransactionResult result = order.commit().join();
    assertThat(result).isEqualTo(new TransactionResult(TransactionResult.Effect.NOW, 8));
    assertThat(order.commit().join().effect()).isEqualTo(TransactionResult.Effect.EARLIER);
    assertThatThrownBy(() -> client.sync().commit(order.token("another")))
        .isInstanceOfSatisfying(
            HoldfastException.TransactionCancelledException.class,
            cancelled -> {
              assertThat(cancelled.reasons())
                  .extracting(Object::toString)
                  .startsWith("CONDITION_FAILED", "NONE");
              assertThat(cancelled.reasons().get(0).item()).isNotNull();
              assertThat(cancelled.isConflict()).isFalse();
            });

    TransactionalGets gets =
        client
            .transactionalGets()
            .get("lines", Key.of("o-1", 1))
            .get("orders", Key.of("cart-4"), "id");
    List<Optional<Document>> both = client.sync().read(gets);
    assertThat(both.get(0).orElseThrow().intValue("count")).isEqualTo(3);
    assertThat(both.get(1)).isEmpty();
  }

  @Test
  void conditionsCombine() {
    Condition condition =
        attribute("stock")
            .gt(0)
            .and(attribute("withdrawn").notExists())
            .or(attribute("lines").size().ge(3).and(attribute("a").in(1, 2)).not())
            .and(attribute("name").beginsWith("x").or(attribute("tags").contains("y")))
            .and(attribute("low").between(1, attribute("high")));
    assertThat(condition.tree()).hasToString(condition.toString());
    assertThat(ReadLevel.bounded(Duration.ofSeconds(2))).hasToString("BOUNDED(PT2S)");
  }

  @Test
  void aClientThatFindsNobodyIsUnavailable() {
    try (HoldfastClient lost =
        HoldfastClient.builder()
            .address("127.0.0.1:1")
            .timeout(Duration.ofMillis(200))
            .readLevel(ReadLevel.STRONG)
            .preferredNode("n1")
            .routing(RouterOptions.defaults().withHedgeDelay(Duration.ofMillis(10)))
            .connections(ConnectionOptions.defaults())
            .executor(ForkJoinPool.commonPool())
            .listener((operation, table, latency, failure) -> note(operation + " " + failure))
            .build()) {
      assertThatThrownBy(() -> lost.sync().listTables())
          .isInstanceOf(HoldfastException.UnavailableException.class);
    }
    synchronized (heard) {
      assertThat(heard).anyMatch(line -> line.startsWith("ADMIN dev.holdfast.client.Holdfast"));
    }
  }

  @Test
  void followsTheChangesOfATable() throws Exception {
    client
        .sync()
        .createTable(
            TableSpec.named("followed").partitionKey("id", ScalarType.S).stream(
                StreamView.NEW_AND_OLD_IMAGES));
    Table followed = client.table("followed");
    Map<String, String> statuses = new ConcurrentHashMap<>();
    CountDownLatch three = new CountDownLatch(3);
    ChangeListener listener =
        batch -> {
          for (Change change : batch) {
            String id = change.key().string("id");
            if (change.kind() == ChangeRecord.Kind.REMOVE) {
              statuses.remove(id);
            } else {
              statuses.put(id, change.after().orElseThrow().string("status"));
            }
            three.countDown();
          }
          return CompletableFuture.completedFuture(null);
        };
    Changes changes = followed.changes().beginning().batchSize(100);
    Subscription subscription = changes.subscribe(listener).join();
    followed.put(Document.of(Map.of("id", "o-1", "status", "OPEN"))).join();
    followed.put(Document.of(Map.of("id", "o-2", "status", "OPEN"))).join();
    followed.delete(Key.of("o-2")).join();
    three.await();
    assertThat(statuses).isEqualTo(Map.of("o-1", "OPEN"));
    subscription.close();
    subscription.ended().join(); // the last batch is completed
    String text = subscription.checkpoint().toString();

    followed.put(Document.of(Map.of("id", "o-1", "status", "PAID"))).join();
    SyncTable sync = client.sync().table("followed");
    BlockingQueue<Change> later = new LinkedBlockingQueue<>();
    try (Subscription resumed =
        sync.subscribe(sync.changes().from(CheckpointToken.parse(text)), later::addAll)) {
      Change paid = later.take();
      assertThat(paid.before().orElseThrow().string("status")).isEqualTo("OPEN");
      assertThat(paid.after().orElseThrow().string("status")).isEqualTo("PAID");
      assertThat(later).isEmpty();
      assertThat(resumed.ended()).isNotDone();
    }
  }
}
