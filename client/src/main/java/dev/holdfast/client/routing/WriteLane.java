package dev.holdfast.client.routing;

import dev.holdfast.client.routing.Routes.Route;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.Position;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.IndeterminateException;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The writes to one partition on their way to its leader. A write leaves at once while few requests
 * are under way; otherwise it waits for one of them to come back and leaves together with all that
 * waited: latency when idle, throughput when busy. What callers send while they are being answered
 * leaves together, too. A command that {@linkplain dev.holdfast.protocol.command.Command#canWait
 * can wait} leaves with the next one that cannot, in front of it, or after a few milliseconds: so
 * it often costs neither a request nor a log entry of its own.
 *
 * <p>Thread-safe. The queue is bounded by the router's limit of operations.
 */
final class WriteLane {
  private static final Duration SWEEP_INTERVAL = Duration.ofMillis(20);
  private static final Duration COMPANY_WAIT = Duration.ofMillis(5);

  /** What became of one proposal. */
  record Answer(Result result, Position position) {}

  private record Waiting(
      Proposal proposal,
      int bytes,
      long deadlineNanos,
      int turnIndex,
      CompletableFuture<Answer> answer) {}

  private final PartitionId partition;
  private final Routes routes;
  private final NodeLinks links;

  // The lock guards these six and is never held while anything else is called.
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();

  /** Something in the queue cannot wait, or has waited. */
  private boolean pressing;

  private boolean companyAwaited;
  private int requestsInFlight;
  private boolean sweeping;

  /** Threads that are telling answers at this moment. */
  private int answering;

  WriteLane(PartitionId partition, Routes routes, NodeLinks links) {
    this.partition = partition;
    this.routes = routes;
    this.links = links;
  }

  /** Sends a proposal; fails with a {@link StoreException} within about the turn's time-out. */
  CompletableFuture<Answer> submit(Proposal proposal, int bytes, Turn turn) {
    Waiting waiting =
        new Waiting(proposal, bytes, turn.deadlineNanos(), turn.index(), new CompletableFuture<>());
    List<Waiting> batch = List.of();
    boolean startSweep = false;
    boolean awaitCompany = false;
    synchronized (queue) {
      queue.add(waiting);
      pressing |= !proposal.command().canWait();
      if (!pressing) {
        awaitCompany = !companyAwaited;
        companyAwaited = true;
      } else if (mayLeave()) {
        requestsInFlight++;
        batch = take();
      } else if (!sweeping) {
        sweeping = true;
        startSweep = true;
      }
    }
    if (!batch.isEmpty()) {
      send(batch);
    }
    if (startSweep) {
      routes.world().after(SWEEP_INTERVAL, this::sweep);
    }
    if (awaitCompany) {
      routes.world().after(COMPANY_WAIT, this::stopWaiting);
    }
    return waiting.answer();
  }

  /** Whether a request may leave now; the caller holds the lock. */
  private boolean mayLeave() {
    return pressing && answering == 0 && requestsInFlight < routes.options().batchesInFlightMax();
  }

  /** What has waited for company leaves as soon as anything may. */
  private void stopWaiting() {
    synchronized (queue) {
      companyAwaited = false;
      pressing = !queue.isEmpty();
    }
    sendWaiting();
  }

  /**
   * The next batch; the caller holds the lock and the queue is not empty. All in a batch share its
   * time-out, so what has much less time left than the first waits for a batch of its own.
   */
  private List<Waiting> take() {
    RouterOptions options = routes.options();
    Waiting first = queue.removeFirst();
    if (queue.isEmpty()) {
      pressing = false;
      return List.of(first);
    }
    long now = routes.world().nanoTime();
    long patience = now + (first.deadlineNanos() - now) / 2;
    List<Waiting> batch = new ArrayList<>(Math.min(queue.size() + 1, options.batchProposalsMax()));
    batch.add(first);
    long bytes = first.bytes();
    while (!queue.isEmpty() && batch.size() < options.batchProposalsMax()) {
      Waiting next = queue.getFirst();
      bytes += next.bytes();
      if (bytes > options.batchBytesMax() || next.deadlineNanos() < patience) {
        break;
      }
      batch.add(queue.removeFirst());
    }
    pressing = !queue.isEmpty();
    return batch;
  }

  private void send(List<Waiting> batch) {
    Route route = routes.routeOf(partition);
    if (route == null || route.replicas().isEmpty()) {
      afterwards(
          batch, new UnavailableException(Reason.STALE_EPOCH, partition + " is not in the map"));
      return;
    }
    String address = routes.leaderOrGuess(route, batch.get(0).turnIndex(), routes.world().random());
    long now = routes.world().nanoTime();
    long deadline = batch.stream().mapToLong(Waiting::deadlineNanos).min().orElse(now);
    long timeoutMillis = Math.max(1, (deadline - now) / 1_000_000);
    long timeOutNanos = now + timeoutMillis * 1_000_000;
    NodeRequest request =
        new NodeRequest.Write(
            partition,
            route.epoch(),
            batch.stream().map(Waiting::proposal).toList(),
            timeoutMillis);
    routes.listener().batchSent(batch.size());
    Futures.whenEnded(
        links.to(address).ask(request),
        (reply, failure) -> answered(batch, address, timeOutNanos, reply, failure));
  }

  private void answered(
      List<Waiting> batch,
      String address,
      long timeOutNanos,
      @Nullable NodeReply reply,
      @Nullable Throwable failure) {
    if (failure != null) {
      StoreException refusal = asRefusal(RetryLoop.unwrap(failure));
      routes.failedAsLeader(partition, address, refusal);
      if (routes.world().nanoTime() - timeOutNanos >= 0) {
        routes.silentAsLeader(partition, address);
      }
      afterwards(batch, refusal);
    } else if (reply instanceof NodeReply.Written written
        && written.results().size() == batch.size()) {
      routes.answeredAsLeader(partition, address);
      routes.heard(partition, written.position());
      tell(batch, written);
      sendNext();
    } else {
      afterwards(batch, new IndeterminateException("not an answer to a write", null));
    }
  }

  private void tell(List<Waiting> batch, NodeReply.Written written) {
    synchronized (queue) {
      answering++;
    }
    for (int i = 0; i < batch.size(); i++) {
      Answer answer = new Answer(written.results().get(i), written.position());
      batch.get(i).answer().complete(answer);
    }
    synchronized (queue) {
      answering--;
    }
  }

  private static StoreException asRefusal(Throwable failure) {
    return failure instanceof StoreException refusal
        ? refusal
        : new IndeterminateException("the write was not answered", failure);
  }

  private void afterwards(List<Waiting> batch, StoreException refusal) {
    sendNext();
    if (refusal instanceof InvalidRequestException && batch.size() > 1) {
      // one of them is to blame: each is judged alone, so that no other suffers
      batch.forEach(one -> sendAlone(one));
    } else {
      batch.forEach(one -> one.answer().completeExceptionally(refusal));
    }
  }

  private void sendAlone(Waiting one) {
    synchronized (queue) {
      requestsInFlight++;
    }
    send(List.of(one));
  }

  /** A request has come back: those who wait may leave. */
  private void sendNext() {
    synchronized (queue) {
      requestsInFlight--;
    }
    sendWaiting();
  }

  private void sendWaiting() {
    while (true) {
      List<Waiting> batch;
      synchronized (queue) {
        if (!mayLeave()) {
          return;
        }
        requestsInFlight++;
        batch = take();
      }
      send(batch);
    }
  }

  /** Fails those whose time ran out before they could leave; repeats while any wait. */
  private void sweep() {
    List<Waiting> expired = new ArrayList<>();
    long now = routes.world().nanoTime();
    synchronized (queue) {
      for (Iterator<Waiting> waiting = queue.iterator(); waiting.hasNext(); ) {
        Waiting one = waiting.next();
        if (one.deadlineNanos() - now <= 0) {
          waiting.remove();
          expired.add(one);
        }
      }
      pressing &= !queue.isEmpty();
      sweeping = !queue.isEmpty();
      if (sweeping) {
        routes.world().after(SWEEP_INTERVAL, this::sweep);
      }
    }
    for (Waiting one : expired) {
      one.answer()
          .completeExceptionally(
              new UnavailableException(Reason.NOT_READY, "the way to " + partition + " is full"));
    }
  }
}
