package dev.holdfast.node.transaction;

import dev.holdfast.protocol.command.CancellationReason;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.command.WriteCost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the partitions of one attempt said, put together in the order of the request. Used by one
 * step at a time.
 */
final class Verdicts {
  private final CancellationReason[] reasons;
  private final @Nullable WriteCost[] costs;
  private @Nullable Rejection whole;
  private boolean cancelled;
  private boolean tokenSpent;

  Verdicts(int actionCount) {
    reasons = new CancellationReason[actionCount];
    Arrays.fill(reasons, new CancellationReason.None());
    costs = new @Nullable WriteCost[actionCount];
  }

  void add(Parts.Group<KeyedAction> group, Result result) {
    if (result instanceof Result.Transacted transacted) {
      for (int i = 0; i < transacted.costs().size(); i++) {
        costs[group.things().get(i).place()] = transacted.costs().get(i);
      }
    } else if (result instanceof Result.TokenSpent) {
      tokenSpent = true;
    } else if (result instanceof Result.Rejected rejected) {
      add(group, rejected.rejection());
    } else {
      throw new IllegalStateException("not an answer to a step: " + result);
    }
  }

  private void add(Parts.Group<KeyedAction> group, Rejection rejection) {
    if (!(rejection instanceof Rejection.Cancelled no)) {
      whole = whole == null || weight(rejection) > weight(whole) ? rejection : whole;
      return;
    }
    cancelled = true;
    for (int i = 0; i < no.reasons().size(); i++) {
      reasons[group.things().get(i).place()] = no.reasons().get(i);
    }
  }

  /** Which of several to tell the client, or to act upon: what no other attempt would change. */
  private static int weight(Rejection rejection) {
    if (rejection instanceof Rejection.TokenMismatch) {
      return 3;
    }
    return rejection.retryable() ? 1 : 2;
  }

  boolean isYes() {
    return !tokenSpent && !cancelled && whole == null;
  }

  /** Whether an earlier attempt at the same request took effect. */
  boolean isTokenSpent() {
    return tokenSpent;
  }

  /** Whether some of the actions are refused for what they are, not for who else is there. */
  boolean isRefused() {
    return cancelled && !new Rejection.Cancelled(Arrays.asList(reasons)).retryable();
  }

  /** What all of them amount to. */
  Result result() {
    if (tokenSpent) {
      return new Result.TokenSpent();
    }
    if (whole != null) {
      return new Result.Rejected(whole);
    }
    if (cancelled) {
      return new Result.Rejected(new Rejection.Cancelled(Arrays.asList(reasons)));
    }
    List<WriteCost> known = new ArrayList<>();
    for (WriteCost cost : costs) {
      if (cost == null) {
        return new Result.Transacted(List.of()); // of a step that was repeated
      }
      known.add(cost);
    }
    return new Result.Transacted(known);
  }
}
