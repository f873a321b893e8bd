package dev.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.client.HoldfastException.ChangesTrimmedException;
import dev.holdfast.client.HoldfastException.InvalidRequestException;
import dev.holdfast.client.HoldfastException.ListenerFailedException;
import dev.holdfast.client.HoldfastException.TableNotFoundException;
import dev.holdfast.client.HoldfastException.UnavailableException;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.ChangeRecord.Kind;
import dev.holdfast.protocol.model.Followers;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.ScalarType;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Subscriptions in stepped time, over a log in memory. */
class SubscriptionTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int KEY_COUNT = 8;

  private final SteppedWorld world = new SteppedWorld();
  private final MemoryStore store = new MemoryStore();
  private final TableCalls calls = new TableCalls(store, world, world, ClientListener.NONE);
  private final HoldfastClient client =
      new HoldfastClient(
          calls,
          store,
          new CallSettings(ReadLevel.EVENTUAL, null, Duration.ofSeconds(5)),
          world::close);
  private final Table events = client.table("events");
  private final Taker taker = new Taker();

  /** A listener that completes batches when it is told to, or at once. */
  private static final class Taker implements ChangeListener {
    private final List<Change> taken = new ArrayList<>();
    private final List<CompletableFuture<@Nullable Void>> open = new ArrayList<>();
    private boolean holds;
    private int failureCount;
    private int callCount;

    @Override
    public CompletableFuture<?> received(List<Change> batch) {
      callCount++;
      if (failureCount > 0) {
        failureCount--;
        throw new IllegalStateException("not today");
      }
      taken.addAll(batch);
      CompletableFuture<@Nullable Void> completed = new CompletableFuture<>();
      if (holds) {
        open.add(completed);
      } else {
        completed.complete(null);
      }
      return completed;
    }

    /** Versions by keys, as they came. */
    private Map<String, List<Integer>> versions() {
      Map<String, List<Integer>> versions = new TreeMap<>();
      for (Change change : taken) {
        versions
            .computeIfAbsent(change.key().string("k"), first -> new ArrayList<>())
            .add(change.after().orElseThrow().intValue("v"));
      }
      return versions;
    }
  }

  @BeforeEach
  void createTable() {
    create("events", StreamView.NEW_AND_OLD_IMAGES);
  }

  private void create(String name, @Nullable StreamView view) {
    TableSpec spec = TableSpec.named(name).partitionKey("k", ScalarType.S);
    done(client.createTable(view == null ? spec : spec.stream(view)));
  }

  private <T> T done(CompletableFuture<T> future) {
    world.run(Duration.ofMillis(1));
    return future.getNow(null);
  }

  private static String name(int key) {
    return "k" + key;
  }

  /** The next version of all keys, from one to another. */
  private void write(int from, int to) {
    for (int version = from; version <= to; version++) {
      for (int key = 0; key < KEY_COUNT; key++) {
        done(events.put(Document.of(Map.of("k", name(key), "v", version))));
      }
    }
  }

  private static Map<String, List<Integer>> versions(int from, int to) {
    Map<String, List<Integer>> versions = new TreeMap<>();
    for (int key = 0; key < KEY_COUNT; key++) {
      versions.put(name(key), IntStream.rangeClosed(from, to).boxed().toList());
    }
    return versions;
  }

  private Subscription subscribe(Changes changes) {
    CompletableFuture<Subscription> begun = changes.subscribe(taker);
    world.run(SECOND);
    return begun.join();
  }

  private CheckpointToken ended(Subscription subscription) {
    subscription.close();
    world.run(SECOND);
    assertThat(subscription.ended()).isCompleted();
    return subscription.checkpoint();
  }

  private void assertRefused(
      Changes changes, Class<? extends HoldfastException> kind, String message) {
    CompletableFuture<Subscription> begun = changes.subscribe(taker);
    world.run(SECOND);
    assertThatThrownBy(begun::join).cause().isInstanceOf(kind).hasMessageContaining(message);
    assertThat(taker.taken).isEmpty();
  }

  private TableDescriptor table(String name) {
    return store.table(name).join().orElseThrow();
  }

  private Bytes key(int key) {
    TableDescriptor table = table("events");
    return KeyEncoding.routingKey(
        table.id(), table.keySchema(), Document.of(Map.of("k", name(key))).toItem());
  }

  /** In the middle of what there is, whichever way keys are hashed. */
  private void split() {
    ChangeLogModel log = store.log("events");
    TreeSet<Bytes> keys = new TreeSet<>(IntStream.range(0, KEY_COUNT).mapToObj(this::key).toList());
    keys.removeAll(log.starts());
    log.split(List.copyOf(keys).get(keys.size() / 2));
  }

  @Test
  void aSubscriberSeesEveryChangeOnceAndInOrderThroughSplitsAndMerges() {
    write(1, 2);
    Subscription subscription = subscribe(events.changes().beginning().batchSize(3));
    split();
    write(3, 4);
    split();
    split();
    write(5, 6);
    world.run(SECOND);
    ChangeLogModel log = store.log("events");
    log.merge(log.starts().get(1));
    write(7, 8);
    split();
    write(9, 9);
    world.run(SECOND);
    assertThat(taker.versions()).isEqualTo(versions(1, 9));
    assertThat(subscription.ended()).isNotDone();
  }

  @Test
  void aSubscriberFromNowOnSeesWhatComesThen() {
    write(1, 2);
    subscribe(events.changes().now());
    write(3, 3);
    world.run(SECOND);
    assertThat(taker.versions()).isEqualTo(versions(3, 3));
  }

  @Test
  void whoGoesOnFromATokenSeesTheRest() {
    Subscription first = subscribe(events.changes().beginning());
    write(1, 3);
    split();
    write(4, 4);
    world.run(SECOND);
    CheckpointToken token = CheckpointToken.parse(ended(first).toString());
    write(5, 5);
    split();
    write(6, 6);
    taker.taken.clear();
    subscribe(events.changes().from(token));
    assertThat(taker.versions()).isEqualTo(versions(5, 6));
  }

  @Test
  void aCheckpointIsBeforeABatchThatIsNotCompleted() {
    taker.holds = true;
    write(1, 1);
    Subscription first = subscribe(events.changes().beginning().batchSize(KEY_COUNT));
    write(2, 2);
    world.run(SECOND);
    assertThat(taker.versions()).isEqualTo(versions(1, 1));
    CheckpointToken before = first.checkpoint();
    taker.open.get(0).complete(null);
    world.run(SECOND);
    assertThat(taker.versions()).isEqualTo(versions(1, 2));
    CheckpointToken between = first.checkpoint();
    first.close();
    world.run(SECOND);
    assertThat(first.ended()).isNotDone(); // the second batch is with the listener
    taker.open.get(1).complete(null);
    world.run(SECOND);
    assertThat(first.ended()).isCompleted();
    taker.holds = false;
    assertFrom(before, 1);
    assertFrom(between, 2);
    assertFrom(first.checkpoint(), 3);
  }

  private void assertFrom(CheckpointToken token, int version) {
    taker.taken.clear();
    ended(subscribe(events.changes().from(token)));
    assertThat(taker.versions()).isEqualTo(version > 2 ? Map.of() : versions(version, 2));
  }

  @Test
  void aBatchThatTheListenerFailsWithComesAgain() {
    write(1, 1);
    taker.failureCount = 3;
    Subscription subscription = subscribe(events.changes().beginning());
    write(2, 2);
    world.run(SECOND);
    assertThat(taker.versions()).isEqualTo(versions(1, 2));
    assertThat(subscription.ended()).isNotDone();
  }

  @Test
  void aListenerThatFailsAgainAndAgainEndsTheSubscription() {
    write(1, 1);
    taker.failureCount = Integer.MAX_VALUE;
    Subscription subscription = subscribe(events.changes().beginning().attempts(4));
    world.run(SECOND);
    assertThat(taker.callCount).isEqualTo(4);
    assertThatThrownBy(() -> subscription.ended().join())
        .cause()
        .isInstanceOf(ListenerFailedException.class)
        .hasMessageContaining("4 times")
        .hasRootCauseMessage("not today");
    taker.failureCount = 0;
    subscribe(events.changes().from(subscription.checkpoint()));
    assertThat(taker.versions()).isEqualTo(versions(1, 1));
  }

  @Test
  void shardsHaveTheirBatchesAtTheSameTimeUpToALimit() {
    split();
    split();
    split();
    taker.holds = true;
    write(1, 1);
    subscribe(events.changes().beginning().parallelism(3));
    write(2, 2);
    world.run(SECOND);
    assertThat(taker.callCount).isEqualTo(3);
    for (int i = 0; i < taker.open.size(); i++) {
      taker.open.get(i).complete(null);
      world.run(SECOND);
    }
    assertThat(taker.versions()).isEqualTo(versions(1, 2));
  }

  @Test
  void aChangeShowsWhatTheStreamShows() {
    create("shown", StreamView.OLD_IMAGE);
    Table shown = client.table("shown");
    done(shown.put(Document.of(Map.of("k", "a", "v", 1))));
    done(shown.put(Document.of(Map.of("k", "a", "v", 2))));
    done(shown.delete(Key.of("a")));
    subscribe(shown.changes().beginning());
    assertThat(taker.taken.stream().map(Change::kind))
        .containsExactly(Kind.INSERT, Kind.MODIFY, Kind.REMOVE);
    assertThat(taker.taken.stream().map(Change::after)).allMatch(java.util.Optional::isEmpty);
    assertThat(taker.taken.stream().flatMap(each -> each.before().stream()))
        .containsExactly(
            Document.of(Map.of("k", "a", "v", 1)), Document.of(Map.of("k", "a", "v", 2)));
    assertThat(taker.taken.stream().map(Change::sequenceNumber)).isSorted();
  }

  @Test
  void leadersThatAreAwayAreWaitedFor() {
    Subscription subscription = subscribe(events.changes().now());
    for (int i = 0; i < 12; i++) {
      store.logFailures.add(
          i % 2 == 0
              ? new StoreException.UnavailableException(Reason.NOT_READY, "no leader")
              : new StoreException.IndeterminateException("no answer", null));
    }
    write(1, 1);
    world.run(Duration.ofSeconds(10));
    assertThat(store.logFailures).isEmpty();
    assertThat(taker.versions()).isEqualTo(versions(1, 1));
    assertThat(subscription.ended()).isNotDone();
  }

  @Test
  void whoFindsNoLeaderAtTheStartIsTold() {
    store.logFailures.add(new StoreException.UnavailableException(Reason.NOT_READY, "no leader"));
    assertRefused(events.changes(), UnavailableException.class, "no leader");
  }

  @Test
  void anIdleShardIsAskedLessAndLess() {
    subscribe(events.changes().now());
    world.run(Duration.ofSeconds(10));
    int before = store.logReadCount;
    world.run(Duration.ofSeconds(100));
    assertThat(store.logReadCount - before).isBetween(200, 400); // pauses of 250 to 500 ms
    write(1, 1);
    world.run(Duration.ofMillis(500));
    assertThat(taker.versions()).isEqualTo(versions(1, 1));
  }

  @Test
  void aStreamThatIsDisabledIsReadToItsEnd() {
    Subscription subscription = subscribe(events.changes().beginning());
    CheckpointToken token = subscription.checkpoint();
    write(1, 1);
    split();
    write(2, 2);
    store.follow("events", table("events").followers().withoutStream(5));
    write(3, 3);
    world.run(SECOND);
    assertThat(subscription.ended()).isCompleted();
    assertThat(taker.versions()).isEqualTo(versions(1, 2));
    taker.taken.clear();
    Followers again = table("events").followers().withStream(StreamView.NEW_IMAGE, 10);
    store.follow("events", again);
    write(4, 4);
    Subscription old = subscribe(events.changes().from(token));
    world.run(SECOND);
    assertThat(old.ended()).isCompleted();
    assertThat(taker.versions()).isEqualTo(versions(1, 2));
    taker.taken.clear();
    subscribe(events.changes().beginning());
    assertThat(taker.versions()).isEqualTo(versions(4, 4));
  }

  @Test
  void aTableWithoutAStreamHasNoChanges() {
    create("silent", null);
    assertRefused(
        client.table("silent").changes(),
        InvalidRequestException.class,
        "table 'silent' has no stream that is enabled");
    assertRefused(
        client.table("absent").changes(),
        TableNotFoundException.class,
        "there is no table 'absent'");
  }

  @Test
  void aTokenOfAnotherTableOrStreamIsRefused() {
    CheckpointToken token = ended(subscribe(events.changes().now()));
    create("others", StreamView.KEYS_ONLY);
    assertRefused(
        client.table("others").changes().from(token),
        InvalidRequestException.class,
        "the checkpoint is of another table than 'others'");
    store.follow(
        "events", Followers.NONE.withStream(StreamView.NEW_IMAGE, 99)); // a day later, or more
    assertRefused(
        events.changes().from(token),
        InvalidRequestException.class,
        "the checkpoint is of another stream of table 'events'");
  }

  /** As after a restore of the store from an older backup. */
  @Test
  void aTokenFromTheFutureIsRefused() {
    write(1, 1);
    CheckpointToken token = ended(subscribe(events.changes().now()));
    Map<SegmentId, Long> later = new TreeMap<>(token.positions());
    later.replaceAll((segment, position) -> position + 1);
    assertRefused(
        events.changes().from(new CheckpointToken(token.table(), token.stream(), later, none())),
        InvalidRequestException.class,
        "the checkpoint is from the future: it has change 10 of shard p1/1 of table 'events',"
            + " whose last is 9");
    Map<SegmentId, Long> unknown = new TreeMap<>();
    token.positions().forEach((id, at) -> unknown.put(new SegmentId(id.partition(), 77), 78L));
    assertRefused(
        events.changes().from(new CheckpointToken(token.table(), token.stream(), unknown, none())),
        InvalidRequestException.class,
        "the checkpoint is from the future: table 'events' has no shard p1/77");
  }

  private static Set<SegmentId> none() {
    return new TreeSet<>();
  }

  @Test
  void changesThatWereDeletedAreMissedOrSkipped() {
    write(1, 1);
    CheckpointToken token = ended(subscribe(events.changes().beginning()));
    taker.taken.clear();
    write(2, 3);
    ChangeLogModel log = store.log("events");
    log.trim(log.starts().get(0), log.now() - KEY_COUNT);
    assertRefused(
        events.changes().from(token),
        ChangesTrimmedException.class,
        "changes 10 to 17 of shard p1/1 of table 'events' was deleted before it was read");
    subscribe(events.changes().from(token).skippingTrimmed());
    assertThat(taker.versions()).isEqualTo(versions(3, 3));
  }

  @Test
  void aShardThatWasDeletedIsMissedOrSkipped() {
    write(1, 1);
    CheckpointToken token = ended(subscribe(events.changes().beginning()));
    taker.taken.clear();
    write(2, 2);
    split();
    long splitMicros = store.log("events").now();
    write(3, 3);
    ChangeLogModel log = store.log("events");
    log.starts().forEach(start -> log.trim(start, splitMicros));
    assertRefused(
        events.changes().from(token),
        ChangesTrimmedException.class,
        "shard p1/1 of table 'events' was deleted before it was read");
    subscribe(events.changes().from(token).skippingTrimmed());
    assertThat(taker.versions()).isEqualTo(versions(3, 3));
  }

  @Test
  void whoIsTooSlowIsTold() {
    taker.holds = true;
    write(1, 1);
    Subscription subscription = subscribe(events.changes().beginning());
    write(2, 3);
    ChangeLogModel log = store.log("events");
    log.trim(log.starts().get(0), log.now() - KEY_COUNT);
    taker.open.get(0).complete(null);
    world.run(SECOND);
    assertThatThrownBy(() -> subscription.ended().join())
        .cause()
        .isInstanceOf(ChangesTrimmedException.class);
  }

  @Test
  void aTableThatIsDeletedEndsItsSubscriptions() {
    Subscription subscription = subscribe(events.changes().now());
    done(client.deleteTable("events"));
    world.run(Duration.ofSeconds(10));
    assertThatThrownBy(() -> subscription.ended().join())
        .cause()
        .isInstanceOf(TableNotFoundException.class);
  }

  @Test
  void aClientThatIsClosedEndsItsSubscriptions() {
    Subscription subscription = subscribe(events.changes().now());
    client.close();
    world.run(SECOND);
    assertThatThrownBy(() -> subscription.ended().join())
        .cause()
        .isInstanceOf(UnavailableException.class)
        .hasMessage("the client is closed");
  }

  @Test
  void closedTwiceIsClosed() {
    Subscription subscription = subscribe(events.changes().now());
    CheckpointToken token = ended(subscription);
    subscription.close();
    write(1, 1);
    world.run(SECOND);
    assertThat(taker.taken).isEmpty();
    assertThat(subscription.checkpoint()).isEqualTo(token);
  }

  @Test
  void limitsHaveLimits() {
    assertThatThrownBy(() -> events.changes().batchSize(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> events.changes().batchSize(1001))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> events.changes().parallelism(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> events.changes().attempts(0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
