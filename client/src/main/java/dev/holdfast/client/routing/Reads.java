package dev.holdfast.client.routing;

import dev.holdfast.client.routing.Routes.Route;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.Position;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Asks one partition: the leader for strong reads, the nearest replica for all others, and the next
 * one when it fails or is silent ({@link ReplicaRace}). Reads change nothing, so every failed
 * attempt may be repeated. Thread-safe.
 */
final class Reads {
  /** A page of a megabyte takes that much longer than an item. */
  private static final int PAGE_PATIENCE_FACTOR = 8;

  /**
   * Answers and the partition they came from.
   *
   * @param results one for each read, in order
   */
  record Answer(Route route, List<ReadResult> results, Position position) {
    /** Of a single read. */
    ReadResult result() {
      return results.get(0);
    }
  }

  private final Routes routes;
  private final MapKeeper maps;
  private final NodeLinks links;
  private final Suspects suspects;
  private final Hedges items;
  private final Hedges pages;

  Reads(Routes routes, MapKeeper maps, NodeLinks links) {
    this.routes = routes;
    this.maps = maps;
    this.links = links;
    this.suspects = new Suspects(routes.world());
    Duration hedgeDelay = routes.options().hedgeDelay();
    this.items = new Hedges(routes.world(), hedgeDelay);
    this.pages = new Hedges(routes.world(), hedgeDelay.multipliedBy(PAGE_PATIENCE_FACTOR));
  }

  /** Reads from the partition that holds the key. */
  CompletableFuture<Answer> read(
      Bytes routingKey, Read read, ReadOptions options, long deadlineNanos) {
    return read(() -> routes.routeOf(routingKey), read, options, deadlineNanos);
  }

  /** As {@link #read} of what its leader may take a while to answer: an attempt is given longer. */
  CompletableFuture<Answer> readPatiently(
      Bytes routingKey, Read read, ReadOptions options, Duration attempt, long deadlineNanos) {
    long salt = routes.world().random();
    return new RetryLoop<>(
            routes,
            deadlineNanos,
            attempt,
            turn -> attempt(() -> routes.routeOf(routingKey), List.of(read), options, turn, salt))
        .run();
  }

  /** Several reads from one snapshot of the partition that holds the key. */
  CompletableFuture<Answer> readAll(
      Bytes routingKey, List<Read> reads, ReadOptions options, long deadlineNanos) {
    long salt = routes.world().random();
    return repeat(
        turn -> attempt(() -> routes.routeOf(routingKey), reads, options, turn, salt),
        deadlineNanos);
  }

  /** Reads from the meta group, for which no map is needed. */
  CompletableFuture<Answer> readMeta(MetaRead read, ReadOptions options, long deadlineNanos) {
    long salt = routes.world().random();
    return repeat(turn -> ask(routes.meta(), List.of(read), options, turn, salt), deadlineNanos);
  }

  /** Reads from the partition that the route leads to when the attempt is made. */
  CompletableFuture<Answer> read(
      Supplier<Route> route, Read read, ReadOptions options, long deadlineNanos) {
    long salt = routes.world().random();
    return repeat(turn -> attempt(route, List.of(read), options, turn, salt), deadlineNanos);
  }

  private CompletableFuture<Answer> repeat(RetryLoop.Step<Answer> step, long deadlineNanos) {
    Duration attemptTimeout = routes.options().readAttemptTimeout();
    return new RetryLoop<>(routes, deadlineNanos, attemptTimeout, step).run();
  }

  private CompletableFuture<Answer> attempt(
      Supplier<Route> route, List<Read> reads, ReadOptions options, Turn turn, long salt) {
    if (routes.isMapKnown()) {
      return ask(route.get(), reads, options, turn, salt);
    }
    return maps.known(turn.leftMillis(routes.world()))
        .thenCompose(known -> ask(route.get(), reads, options, turn, salt));
  }

  private CompletableFuture<Answer> ask(
      Route route, List<? extends Read> reads, ReadOptions options, Turn turn, long salt) {
    PartitionId partition = route.partition();
    long mapEpoch = routes.map().epoch();
    NodeRequest request =
        new NodeRequest.ReadFrom(
            partition,
            route.epoch(),
            mode(partition, options),
            List.copyOf(reads),
            turn.leftMillis(routes.world()));
    return Futures.judged(
        options.level() == Level.STRONG
            ? askLeader(route, request, turn, salt)
            : askAny(route, request, reads.get(0), options, turn, salt),
        (done, failure) -> {
          if (done != null) {
            return judge(route, done, options, mapEpoch, turn);
          }
          Throwable cause = RetryLoop.unwrap(Objects.requireNonNull(failure));
          return maps.refreshedBy(cause, mapEpoch, turn.leftMillis(routes.world()));
        });
  }

  private CompletableFuture<NodeReply.ReadDone> askLeader(
      Route route, NodeRequest request, Turn turn, long salt) {
    String address = routes.leaderOrGuess(route, turn.index(), salt);
    long leftMillis = turn.leftMillis(routes.world());
    long timeOutNanos = routes.world().nanoTime() + leftMillis * 1_000_000;
    return links
        .to(address)
        .ask(request)
        .handle(
            (reply, failure) -> {
              if (reply instanceof NodeReply.ReadDone done) {
                routes.answeredAsLeader(route.partition(), address);
                return done;
              }
              Throwable cause = failure == null ? notAnAnswer() : RetryLoop.unwrap(failure);
              if (cause instanceof StoreException refusal) {
                routes.failedAsLeader(route.partition(), address, refusal);
                if (routes.world().nanoTime() - timeOutNanos >= 0) {
                  routes.silentAsLeader(route.partition(), address);
                }
              }
              throw cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
            });
  }

  private CompletableFuture<NodeReply.ReadDone> askAny(
      Route route, NodeRequest request, Read read, ReadOptions options, Turn turn, long salt) {
    List<String> replicas = routes.replicas(route, turn.index(), salt);
    // What a session sees on its leader the others may not know yet: were the leader to die now,
    // the session would have to wait for the next one.
    String leader = options.level() == Level.SESSION ? routes.leader(route.partition()) : null;
    if (leader != null && routes.options().preferred() == null) {
      replicas = bestFirst(replicas, leader::equals);
    }
    if (!suspects.isEmpty()) {
      replicas = bestFirst(replicas, suspects::isSuspect);
    }
    Hedges hedges = read instanceof Read.Get ? items : pages;
    return new ReplicaRace(links, suspects, hedges, routes.listener(), replicas, request).run();
  }

  /** Those that are rather not to be asked go last, but they do go. */
  private static List<String> bestFirst(List<String> replicas, Predicate<String> ratherNot) {
    List<String> order = new ArrayList<>(replicas.size());
    List<String> last = new ArrayList<>(0);
    for (String address : replicas) {
      (ratherNot.test(address) ? last : order).add(address);
    }
    order.addAll(last);
    return order;
  }

  private static UnavailableException notAnAnswer() {
    return new UnavailableException(Reason.NOT_READY, "not an answer to a read");
  }

  private static ReadMode mode(PartitionId partition, ReadOptions options) {
    Session session = options.session();
    long seen = session == null ? 0 : session.appliedIndexMin(partition);
    return switch (options.level()) {
      case STRONG -> seen == 0 ? ReadMode.STRONG : new ReadMode(Level.STRONG, seen, 0);
      case STRONG_FROM_ANY ->
          seen == 0 ? ReadMode.STRONG_FROM_ANY : new ReadMode(Level.STRONG_FROM_ANY, seen, 0);
      case SESSION -> ReadMode.session(seen);
      case BOUNDED -> ReadMode.bounded(options.stalenessMax().toMillis());
      case EVENTUAL -> seen == 0 ? ReadMode.EVENTUAL : new ReadMode(Level.EVENTUAL, seen, 0);
    };
  }

  private CompletableFuture<Answer> judge(
      Route route, NodeReply.ReadDone done, ReadOptions options, long mapEpoch, Turn turn) {
    Position position = done.position();
    routes.heard(route.partition(), position);
    if (done.results().isEmpty()) {
      return CompletableFuture.failedFuture(notAnAnswer());
    }
    if (done.results().stream().anyMatch(Reads::isElsewhere)) {
      return maps.refreshedBy(
          new UnavailableException(Reason.STALE_EPOCH, "the key has moved"),
          mapEpoch,
          turn.leftMillis(routes.world()));
    }
    Session session = options.session();
    if (session != null) {
      session.saw(route.partition(), position.appliedIndex());
    }
    return CompletableFuture.completedFuture(new Answer(route, done.results(), position));
  }

  private static boolean isElsewhere(ReadResult result) {
    return result instanceof ReadResult.Refused refused
        && refused.rejection() instanceof Rejection.WrongPartition;
  }
}
