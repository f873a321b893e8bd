package dev.holdfast.client.routing;

import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.StoreException;
import dev.holdfast.protocol.rpc.StoreException.InvalidRequestException;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One read that any of several replicas may answer: they are asked in order, the next one at once
 * when one fails, or as well when one is silent for a while; the first answer counts.
 *
 * <ul>
 *   <li>Ends when one answers, when one says that the question itself is wrong, or when all have
 *       failed.
 *   <li>Whoever was asked before the one that answered is a suspect.
 * </ul>
 */
final class ReplicaRace {
  private final NodeLinks links;
  private final Suspects suspects;
  private final Hedges hedges;
  private final RouterListener listener;
  private final List<String> candidates;
  private final NodeRequest request;
  private final CompletableFuture<NodeReply.ReadDone> outcome = new CompletableFuture<>();

  private final List<String> asked = new ArrayList<>(2);
  private int silentCount;
  private @Nullable Throwable failure;

  /**
   * @param candidates addresses, the best first; not empty
   */
  ReplicaRace(
      NodeLinks links,
      Suspects suspects,
      Hedges hedges,
      RouterListener listener,
      List<String> candidates,
      NodeRequest request) {
    this.links = links;
    this.suspects = suspects;
    this.hedges = hedges;
    this.listener = listener;
    this.candidates = candidates;
    this.request = request;
  }

  CompletableFuture<NodeReply.ReadDone> run() {
    hedges.earn();
    askNext();
    return outcome;
  }

  private void askNext() {
    String address;
    boolean more;
    synchronized (this) { // answers and wake-ups come on any thread
      if (outcome.isDone() || asked.size() == candidates.size()) {
        return;
      }
      address = candidates.get(asked.size());
      asked.add(address);
      silentCount++;
      more = asked.size() < candidates.size();
    }
    Futures.whenEnded(
        links.to(address).ask(request), (reply, failed) -> answered(address, reply, failed));
    if (more && !outcome.isDone()) {
      waitForAnswer();
    }
  }

  private void waitForAnswer() {
    Hedges.Waiting waiting = hedges.later(this::late);
    Futures.whenEnded(outcome, (done, failed) -> waiting.cancel());
  }

  private void late() {
    if (outcome.isDone()) {
      return;
    }
    if (hedges.spend()) {
      askNext();
    } else {
      waitForAnswer();
    }
  }

  private void answered(String address, @Nullable NodeReply reply, @Nullable Throwable failed) {
    if (reply instanceof NodeReply.ReadDone done) {
      suspects.answered(address);
      if (outcome.complete(done)) {
        suspectOthers(address);
      }
      return;
    }
    Throwable refusal =
        failed == null
            ? new UnavailableException(Reason.NOT_READY, "not an answer to a read")
            : RetryLoop.unwrap(failed);
    Throwable telling;
    boolean last;
    synchronized (this) {
      silentCount--;
      telling = failure == null || !isAboutTheMap(failure) ? refusal : failure;
      failure = telling;
      last = silentCount == 0 && asked.size() == candidates.size();
    }
    if (blamesTheQuestion(refusal)) {
      outcome.completeExceptionally(refusal);
    } else if (last) {
      outcome.completeExceptionally(telling);
    } else {
      listener.attemptFailed((StoreException) refusal);
      askNext();
    }
  }

  private static boolean blamesTheQuestion(Throwable refusal) {
    return !(refusal instanceof StoreException)
        || refusal instanceof InvalidRequestException
        || (refusal instanceof UnavailableException unavailable
            && unavailable.reason() == Reason.STALE_EPOCH);
  }

  private static boolean isAboutTheMap(Throwable refusal) {
    return refusal instanceof UnavailableException unavailable
        && unavailable.reason() == Reason.NOT_HOSTED;
  }

  private void suspectOthers(String winner) {
    List<String> before;
    synchronized (this) {
      if (asked.size() == 1) {
        return;
      }
      before = asked.subList(0, asked.indexOf(winner)).stream().toList();
    }
    before.forEach(suspects::failed);
  }
}
