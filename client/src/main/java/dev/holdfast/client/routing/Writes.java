package dev.holdfast.client.routing;

import dev.holdfast.client.routing.Routes.Route;
import dev.holdfast.client.routing.WriteLane.Answer;
import dev.holdfast.client.routing.WriteOptions.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionCommand;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Takes writes to their partition's leader until they are applied, once. Thread-safe. */
final class Writes {
  /** How long a write waits for the transaction that holds its item (R7). */
  private static final long LOCK_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Routes routes;
  private final MapKeeper maps;
  private final NodeLinks links;
  private final ConcurrentMap<PartitionId, WriteLane> lanes = new ConcurrentHashMap<>();

  Writes(Routes routes, MapKeeper maps, NodeLinks links) {
    this.routes = routes;
    this.maps = maps;
    this.links = links;
  }

  /**
   * Applies a command at most once.
   *
   * @param routingKey where it belongs; null for the meta group
   * @param bytes about how large it is
   */
  CompletableFuture<Result> write(
      @Nullable Bytes routingKey, Command command, int bytes, WriteOptions options) {
    long deadline = routes.world().nanoTime() + options.timeout().toNanos();
    OneWrite write = new OneWrite(routingKey, command, bytes, options);
    return new RetryLoop<>(routes, deadline, routes.options().writeAttemptTimeout(), write)
        .run()
        .thenApply(Writes::knownOrThrow);
  }

  private static Result knownOrThrow(Result result) {
    if (result instanceof Result.Rejected rejected
        && rejected.rejection() instanceof Rejection.Indeterminate) {
      throw new IndeterminateException("the request may have been applied and forgotten", null);
    }
    return result;
  }

  private WriteLane lane(PartitionId partition) {
    WriteLane lane = lanes.get(partition);
    if (lane != null) {
      return lane;
    }
    if (lanes.size() > 2 * routes.map().partitions().size() + 2) {
      lanes.keySet().removeIf(id -> routes.routeOf(id) == null); // partitions that are gone
    }
    return lanes.computeIfAbsent(partition, id -> new WriteLane(id, routes, links));
  }

  /** One write through all its attempts, which never overlap. */
  private final class OneWrite implements RetryLoop.Step<Result> {
    private final @Nullable Bytes routingKey;
    private final Command command;
    private final int bytes;
    private final WriteOptions options;
    private long carriedStampMicros = Proposal.STAMP_UNKNOWN;
    private boolean stampTaken;
    private long lockedSinceNanos;
    private boolean locked;
    private boolean toBeEnded;

    OneWrite(@Nullable Bytes routingKey, Command command, int bytes, WriteOptions options) {
      this.routingKey = routingKey;
      this.command = command;
      this.bytes = bytes;
      this.options = options;
    }

    @Override
    public CompletableFuture<Result> attempt(Turn turn) {
      return routes.isMapKnown() || routingKey == null
          ? send(turn)
          : maps.known(turn.leftMillis(routes.world())).thenCompose(known -> send(turn));
    }

    private CompletableFuture<Result> send(Turn turn) {
      long mapEpoch = routes.map().epoch();
      Route route = routingKey == null ? routes.meta() : routes.routeOf(routingKey);
      PartitionId partition = route.partition();
      if (!stampTaken) {
        stampTaken = true;
        carriedStampMicros =
            options.attempt() == Attempt.FIRST
                ? routes.stampMicros(partition, Proposal.STAMP_UNKNOWN)
                : Proposal.STAMP_UNKNOWN;
      }
      // R11: what may still be applied later is ended by an attempt whose every answer is kept
      boolean finalAttempt = (turn.last() || toBeEnded) && turn.unanswered();
      Proposal proposal =
          new Proposal(options.requestId(), carriedStampMicros, finalAttempt, command);
      return Futures.judged(
          lane(partition).submit(proposal, bytes, turn),
          (answer, failure) -> judge(partition, turn, mapEpoch, finalAttempt, answer, failure));
    }

    private CompletableFuture<Result> judge(
        PartitionId partition,
        Turn turn,
        long mapEpoch,
        boolean finalAttempt,
        @Nullable Answer answer,
        @Nullable Throwable failure) {
      if (answer == null) {
        Throwable cause = RetryLoop.unwrap(java.util.Objects.requireNonNull(failure));
        return maps.refreshedBy(cause, mapEpoch, turn.leftMillis(routes.world()));
      }
      Session session = options.session();
      if (session != null) {
        session.saw(partition, answer.position().appliedIndex());
      }
      if (!(answer.result() instanceof Result.Rejected rejected)) {
        return CompletableFuture.completedFuture(answer.result());
      }
      Rejection no = rejected.rejection();
      if (no instanceof Rejection.Indeterminate) {
        return forgotten(turn, answer);
      }
      if (no instanceof Rejection.WrongPartition && !command.isGrouped()) {
        return maps.refreshedBy(
            new UnavailableException(Reason.STALE_EPOCH, "the key has moved"),
            mapEpoch,
            turn.leftMillis(routes.world()));
      }
      if (no instanceof Rejection.Locked && mayWaitForLock()) {
        return CompletableFuture.failedFuture(
            new UnavailableException(Reason.NOT_READY, "a transaction holds the item"));
      }
      if (turn.unanswered() && !finalAttempt && mustBeEnded(no)) {
        toBeEnded = true;
        return CompletableFuture.failedFuture(
            new UnavailableException(Reason.NOT_READY, "an earlier attempt is to be ended"));
      }
      return no instanceof Rejection.WrongPartition // whose keys may have to be grouped anew (R5)
          ? maps.newerThan(mapEpoch, turn.leftMillis(routes.world()))
              .handle((newer, failed) -> answer.result())
          : CompletableFuture.completedFuture(answer.result());
    }

    /**
     * R7: whoever holds the item is being asked after by the partition's leader; the write tries
     * again for a while. What coordinators do with their steps is their business.
     */
    private boolean mayWaitForLock() {
      long now = routes.world().nanoTime();
      if (!locked) {
        locked = true;
        lockedSinceNanos = now;
      }
      return !(command instanceof TransactionCommand) && now - lockedSinceNanos < LOCK_WAIT_NANOS;
    }

    /**
     * R11: a no that is not remembered leaves an earlier, unanswered attempt free to be applied
     * after the caller was told. A stale table is no such case: what was refused for its version
     * never fits again, and the caller sends the same request once more.
     */
    private boolean mustBeEnded(Rejection no) {
      return no.retryable() && command.isRemembered() && !(no instanceof Rejection.StaleTable);
    }

    /**
     * The partition cannot know whether the request id was applied before the stamp it carried
     * (E2). If no earlier attempt went unanswered, we know: it was not, and may carry a newer
     * stamp.
     */
    private CompletableFuture<Result> forgotten(Turn turn, Answer answer) {
      boolean surelyNotApplied = options.attempt() == Attempt.FIRST && !turn.unanswered();
      if (surelyNotApplied && answer.position().stampMicros() > carriedStampMicros) {
        carriedStampMicros = answer.position().stampMicros();
        return CompletableFuture.failedFuture(
            new UnavailableException(Reason.STALE_EPOCH, "the stamp carried was too old"));
      }
      if (surelyNotApplied) {
        return CompletableFuture.failedFuture(
            new UnavailableException(Reason.NOT_READY, "the partition forgets too fast"));
      }
      return CompletableFuture.completedFuture(answer.result()); // it will not remember later
    }
  }
}
