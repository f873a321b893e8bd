package dev.holdfast.client.routing;

import dev.holdfast.client.routing.Routes.Route;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.ReadMode;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Pulls the cluster map from the meta group when somebody finds that it is missing or old. One pull
 * at a time serves all who wait. Thread-safe.
 */
final class MapKeeper {
  private static final Duration PULL_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ATTEMPT_TIMEOUT = Duration.ofMillis(500);

  private final Routes routes;
  private final NodeLinks links;
  private CompletableFuture<Boolean> pull = CompletableFuture.completedFuture(true);

  MapKeeper(Routes routes, NodeLinks links) {
    this.routes = routes;
    this.links = links;
  }

  /** Completes when a map is known. */
  CompletableFuture<Boolean> known(long timeoutMillis) {
    return routes.isMapKnown()
        ? CompletableFuture.completedFuture(true)
        : newerThan(0, timeoutMillis);
  }

  /** Completes when the map is newer than this epoch, or the meta leader knows no newer one. */
  CompletableFuture<Boolean> newerThan(long epoch, long timeoutMillis) {
    if (routes.isMapKnown() && routes.map().epoch() > epoch) {
      return CompletableFuture.completedFuture(true);
    }
    return Futures.within(
        routes.world(),
        pulled(epoch),
        timeoutMillis,
        () -> new UnavailableException(Reason.NOT_READY, "the cluster map did not come in time"));
  }

  /**
   * Fails as the cause says, but only after the map is newer than this epoch if the cause says that
   * it is old. It may bring the newer one.
   */
  <T> CompletableFuture<T> refreshedBy(Throwable cause, long epoch, long timeoutMillis) {
    if (cause instanceof UnavailableException refusal && refusal.newerMap() != null) {
      routes.learn(refusal.newerMap());
    }
    if (cause instanceof UnavailableException unavailable
        && (unavailable.reason() == Reason.STALE_EPOCH
            || unavailable.reason() == Reason.NOT_HOSTED
            || routes.isStranger(unavailable.leaderHint()))) {
      CompletableFuture<T> failed = new CompletableFuture<>();
      Futures.whenEnded(
          newerThan(epoch, timeoutMillis), (done, failure) -> failed.completeExceptionally(cause));
      return failed;
    }
    return CompletableFuture.failedFuture(cause);
  }

  private CompletableFuture<Boolean> pulled(long epoch) {
    CompletableFuture<Boolean> mine = new CompletableFuture<>();
    synchronized (this) { // one pull at a time
      if (!pull.isDone()) {
        return pull;
      }
      pull = mine;
    }
    long salt = routes.world().random();
    long deadline = routes.world().nanoTime() + PULL_TIMEOUT.toNanos();
    Futures.forward(
        new RetryLoop<Boolean>(routes, deadline, ATTEMPT_TIMEOUT, turn -> ask(turn, salt, epoch))
            .run(),
        mine);
    return mine;
  }

  /**
   * Any node's copy will do if it is new enough; otherwise the leader's word is final, old or not.
   * The two take turns, so that neither a missing leader nor an old copy is in the way for long.
   */
  private CompletableFuture<Boolean> ask(Turn turn, long salt, long epoch) {
    Route meta = routes.meta();
    boolean strong = turn.index() % 2 == 1 || routes.leader(PartitionId.META) != null;
    strong &= routes.isMapKnown(); // before that a hint cannot be followed
    String address =
        strong
            ? routes.leaderOrGuess(meta, turn.index(), salt)
            : routes.replica(meta, turn.index(), salt);
    boolean fromLeader = strong;
    ReadMode mode = strong ? ReadMode.STRONG : ReadMode.EVENTUAL;
    NodeRequest request =
        new NodeRequest.ReadFrom(
            PartitionId.META,
            0,
            mode,
            List.of(new MetaRead.GetMap()),
            turn.leftMillis(routes.world()));
    return links
        .to(address)
        .ask(request)
        .handle(
            (reply, failure) -> {
              if (failure != null) {
                Throwable cause = RetryLoop.unwrap(failure);
                if (fromLeader && cause instanceof StoreException refusal) {
                  routes.failedAsLeader(PartitionId.META, address, refusal);
                }
                throw cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
              }
              if (fromLeader) {
                routes.answeredAsLeader(PartitionId.META, address);
              }
              return learned(reply, fromLeader, epoch);
            });
  }

  private boolean learned(NodeReply reply, boolean fromLeader, long epoch) {
    if (!(reply instanceof NodeReply.ReadDone done)
        || !(done.results().get(0) instanceof ReadResult.Map answer)) {
      throw new UnavailableException(Reason.NOT_READY, "not an answer to a question for the map");
    }
    routes.heard(PartitionId.META, done.position());
    routes.learn(answer.map());
    if (!routes.isMapKnown()) {
      throw new UnavailableException(Reason.NOT_READY, "the cluster has no map yet");
    }
    if (!fromLeader && routes.map().epoch() <= epoch) {
      throw new UnavailableException(Reason.NOT_READY, "this copy of the map is not newer");
    }
    return true;
  }
}
