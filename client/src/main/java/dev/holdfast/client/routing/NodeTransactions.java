package dev.holdfast.client.routing;

import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.TransactionGet;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.command.TransactionRequest.Part;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.Item;
import dev.holdfast.protocol.model.KeyEncoding;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands transactions to a node of the cluster, which takes them through their steps.
 *
 * <ul>
 *   <li>Any node will do. The one that leads the home's partition (decision 0017) saves a hop; if
 *       it is not known, or does not answer, the nodes are asked in turn, lately silent ones last.
 *   <li>A transaction keeps its request id and its token through all attempts, so it takes effect
 *       once: the nodes' memory of tokens is what an attempt through another node is checked
 *       against.
 *   <li>What is under way is bounded; beyond it callers are throttled (invariant 11).
 * </ul>
 *
 * <p>Thread-safe. Futures complete on threads of the links or of the world.
 */
final class NodeTransactions implements TransactionStore {
  /** A transaction takes a few rounds where a write takes one. */
  private static final int ATTEMPT_TIMEOUT_FACTOR = 2;

  private static final int READ_BYTES = 128;

  private final Routes routes;
  private final MapKeeper maps;
  private final Tables tables;
  private final NodeLinks links;
  private final Suspects suspects;
  private final Admission admission;

  NodeTransactions(Routes routes, MapKeeper maps, Tables tables, NodeLinks links) {
    this.routes = routes;
    this.maps = maps;
    this.tables = tables;
    this.links = links;
    this.suspects = new Suspects(routes.world());
    RouterOptions options = routes.options();
    this.admission = new Admission(options.inFlightMax(), options.inFlightBytesMax());
  }

  @Override
  public CompletableFuture<Result> transact(
      TransactionRequest transaction, @Nullable Session session, Duration timeout) {
    return admission.admit(
        WriteSize.bytes(transaction),
        () ->
            new Attempts<Result>(
                    () -> homeKey(transaction.parts()),
                    millis -> new NodeRequest.Transact(transaction, millis),
                    (reply, turn) -> transacted(reply, turn, session))
                .within(timeout));
  }

  @Override
  public CompletableFuture<ReadResult> getTogether(
      List<TransactionGet> gets, @Nullable Session session, Duration timeout) {
    TransactionGet first = gets.get(0);
    return admission.admit(
        READ_BYTES * gets.size(),
        () ->
            new Attempts<ReadResult>(
                    () -> routingKey(first.tableName(), first.get().key()),
                    millis -> new NodeRequest.GetTogether(gets, seen(gets, session), millis),
                    (reply, turn) -> gotTogether(reply, session))
                .within(timeout));
  }

  /** What the session has seen of the partitions that hold the items. */
  private SortedMap<PartitionId, Long> seen(List<TransactionGet> gets, @Nullable Session session) {
    SortedMap<PartitionId, Long> seen = new TreeMap<>();
    if (session == null) {
      return seen;
    }
    for (TransactionGet get : gets) {
      Bytes key = routingKey(get.tableName(), get.get().key());
      if (key != null) {
        PartitionId partition = routes.routeOf(key).partition();
        seen.put(partition, session.appliedIndexMin(partition));
      }
    }
    return seen;
  }

  /** The smallest key; null when a table is not known yet. */
  private @Nullable Bytes homeKey(List<Part> parts) {
    Bytes smallest = null;
    for (Part part : parts) {
      Bytes key = routingKey(part.tableName(), part.action().keyOrItem());
      if (key == null) {
        return null;
      }
      smallest = smallest == null || key.compareTo(smallest) < 0 ? key : smallest;
    }
    return smallest;
  }

  private @Nullable Bytes routingKey(String tableName, Item keyOrItem) {
    CompletableFuture<Optional<TableDescriptor>> cached = tables.table(tableName);
    TableDescriptor table =
        cached.isCompletedExceptionally() ? null : cached.getNow(Optional.empty()).orElse(null);
    if (table == null) {
      return null;
    }
    try {
      return KeyEncoding.routingKey(table.id(), table.keySchema(), keyOrItem);
    } catch (IllegalArgumentException e) {
      return null; // it was made for another version of the table; the node will say so
    }
  }

  private static Result transacted(NodeReply reply, Turn turn, @Nullable Session session) {
    if (!(reply instanceof NodeReply.Transacted transacted)) {
      throw new IndeterminateException("not an answer to a transaction", null);
    }
    if (session != null) {
      session.saw(transacted.seen());
    }
    Result result = transacted.result();
    if (turn.unanswered()
        && result instanceof Result.Rejected rejected
        && rejected.rejection() instanceof Rejection.TransactionInProgress) {
      // it is ours, in the hands of a node that did not answer in time
      throw new UnavailableException(Reason.NOT_READY, "an earlier attempt is under way");
    }
    return result;
  }

  private static ReadResult gotTogether(NodeReply reply, @Nullable Session session) {
    if (!(reply instanceof NodeReply.GotTogether together)) {
      throw new UnavailableException(Reason.NOT_READY, "not an answer to a read of several items");
    }
    if (session != null) {
      session.saw(together.seen());
    }
    return together.result();
  }

  /** One call through all its attempts, which never overlap. */
  private final class Attempts<T> implements RetryLoop.Step<T> {
    private final Supplier<@Nullable Bytes> routingKey;
    private final Function<Long, NodeRequest> request;
    private final BiFunction<NodeReply, Turn, T> answer;
    private final long salt = routes.world().random();

    /**
     * @param routingKey whose partition's leader is asked first
     * @param request makes the request with the milliseconds that are left
     */
    Attempts(
        Supplier<@Nullable Bytes> routingKey,
        Function<Long, NodeRequest> request,
        BiFunction<NodeReply, Turn, T> answer) {
      this.routingKey = routingKey;
      this.request = request;
      this.answer = answer;
    }

    CompletableFuture<T> within(Duration timeout) {
      long deadline = routes.world().nanoTime() + timeout.toNanos();
      Duration attemptTimeout =
          routes.options().writeAttemptTimeout().multipliedBy(ATTEMPT_TIMEOUT_FACTOR);
      return new RetryLoop<>(routes, deadline, attemptTimeout, this).run();
    }

    @Override
    public CompletableFuture<T> attempt(Turn turn) {
      return routes.isMapKnown()
          ? ask(turn)
          : maps.known(turn.leftMillis(routes.world())).thenCompose(known -> ask(turn));
    }

    private CompletableFuture<T> ask(Turn turn) {
      String address = node(turn);
      return Futures.judged(
          links.to(address).ask(request.apply(turn.leftMillis(routes.world()))),
          (reply, failure) -> {
            if (reply == null) {
              Throwable cause = RetryLoop.unwrap(java.util.Objects.requireNonNull(failure));
              if (cause instanceof UnavailableException
                  || cause instanceof IndeterminateException) {
                suspects.failed(address);
              }
              return CompletableFuture.failedFuture(cause);
            }
            suspects.answered(address);
            return CompletableFuture.completedFuture(answer.apply(reply, turn));
          });
    }

    private String node(Turn turn) {
      String leader = turn.index() == 0 ? leader() : null;
      if (leader != null && !suspects.isSuspect(leader)) {
        return leader;
      }
      List<String> order = routes.replicas(routes.meta(), turn.index(), salt);
      for (String address : order) {
        if (!suspects.isSuspect(address)) {
          return address;
        }
      }
      return order.get(0);
    }

    private @Nullable String leader() {
      Bytes key = routingKey.get();
      return key == null ? null : routes.leader(routes.routeOf(key).partition());
    }
  }
}
