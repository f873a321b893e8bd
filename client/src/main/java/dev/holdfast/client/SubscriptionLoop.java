package dev.holdfast.client;

import dev.holdfast.client.ChangeFrontier.Outcome;
import dev.holdfast.client.routing.Futures;
import dev.holdfast.client.routing.RouterWorld;
import dev.holdfast.protocol.command.Read;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.SegmentId;
import dev.holdfast.protocol.model.StreamView;
import dev.holdfast.protocol.rpc.StoreException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the frontier wants read and hands it to the listener, until it is closed or cannot go
 * on. Segments take turns: one that was read, or slept, stands behind all that wait.
 *
 * <p>Thread-safe: answers, timers and listeners come on threads of their own, so all that changes
 * is guarded by the lock of {@code frontier}; nothing of others is called with it.
 */
final class SubscriptionLoop {
  private static final int BATCH_BYTES_MAX = 1 << 20;

  /** After nothing was found of a segment, doubling. */
  private static final Doubling IDLE = new Doubling(Duration.ofMillis(20), Duration.ofMillis(500));

  /** After a read that failed though it was retried. */
  private static final Doubling UNANSWERED =
      new Doubling(Duration.ofMillis(50), Duration.ofSeconds(1));

  /** Between a listener's failures. */
  private static final Doubling FAILED =
      new Doubling(Duration.ofMillis(100), Duration.ofSeconds(5));

  /**
   * Segments may begin without a parent in the stream, where a partition hears late that there is
   * one; that it was disabled is seen by this, too.
   */
  private static final Duration LISTING_PERIOD = Duration.ofSeconds(5);

  private final ChangeSource source;
  private final ChangeFrontier frontier;
  private final TableCalls calls;
  private final RouterWorld world;
  private final ChangeListener listener;
  private final Changes.Limits limits;

  private final Deque<SegmentId> toCheck = new ArrayDeque<>();
  private final Deque<SegmentId> toRead = new ArrayDeque<>();

  /** Reads, or sleeps, in a row in which nothing was found of a segment. */
  private final Map<SegmentId, Integer> nothingCounts = new HashMap<>();

  private int underWayCount;
  private int withListenerCount;
  private int unansweredCount;
  private boolean isListing;

  /** Whether one is wanted by the clock alone. */
  private boolean isListingDue;

  private boolean isStarted;
  private boolean isStopped;
  private @Nullable HoldfastException failure;

  private final CompletableFuture<SubscriptionLoop> started = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

  SubscriptionLoop(
      ChangeSource source,
      ChangeFrontier frontier,
      TableCalls calls,
      ChangeListener listener,
      Changes.Limits limits) {
    this.source = source;
    this.frontier = frontier;
    this.calls = calls;
    this.world = calls.world();
    this.listener = listener;
    this.limits = limits;
  }

  /** Completes with itself when all positions are known to be some. */
  CompletableFuture<SubscriptionLoop> start() {
    advance();
    listLater();
    return started;
  }

  CompletableFuture<@Nullable Void> ended() {
    return ended;
  }

  CheckpointToken checkpoint() {
    synchronized (frontier) {
      return frontier.checkpoint();
    }
  }

  void close() {
    stop(null);
  }

  private void stop(@Nullable HoldfastException why) {
    synchronized (frontier) {
      if (!isStopped) {
        isStopped = true;
        failure = why;
      }
    }
    advance();
  }

  private void listLater() {
    after(
        LISTING_PERIOD,
        () -> {
          synchronized (frontier) {
            if (isStopped) {
              return;
            }
            isListingDue = true;
          }
          advance();
          listLater();
        });
  }

  private void after(Duration pause, Runnable task) {
    try {
      world.after(pause, task);
    } catch (RejectedExecutionException e) {
      stop(new HoldfastException.UnavailableException("the client is closed", e));
    }
  }

  /** Does all that may be done now. */
  private void advance() {
    List<Read.Changes> questions = new ArrayList<>();
    boolean isToList;
    synchronized (frontier) {
      isStarted |= failure == null && frontier.isChecked();
      isToList = !isStopped && !isListing && (isListingDue || frontier.needsListing());
      if (isToList) {
        isListing = true;
        isListingDue = false;
        frontier.listingBegins();
      }
      while (!isStopped && underWayCount < limits.parallelCount()) {
        SegmentId next = isStarted && toCheck.isEmpty() ? toRead.poll() : toCheck.poll();
        if (next == null) {
          break;
        }
        underWayCount++;
        questions.add(frontier.question(next, limits.batchCount(), BATCH_BYTES_MAX));
      }
    }
    tellOfItself();
    if (isToList) {
      Futures.whenEnded(source.list(), this::listed);
    }
    questions.forEach(
        question ->
            Futures.whenEnded(
                source.read(question),
                (changes, unread) -> answered(question.segment(), changes, unread)));
  }

  /** Completes what waits for its start and its end. */
  private void tellOfItself() {
    boolean hasStarted;
    boolean isOver;
    HoldfastException why;
    synchronized (frontier) {
      hasStarted = isStarted;
      isOver = isStopped && withListenerCount == 0;
      why = failure;
    }
    if (hasStarted) {
      started.complete(this);
    }
    if (isOver && !ended.isDone()) {
      if (why != null) {
        started.completeExceptionally(why);
      }
      calls.execute(
          () -> {
            if (why == null) {
              ended.complete(null);
            } else {
              ended.completeExceptionally(why);
            }
          });
    }
  }

  private void listed(ChangeSource.@Nullable Listing listing, @Nullable Throwable unread) {
    if (listing == null) {
      pauseAfter(unread, this::listAgain);
      return;
    }
    try {
      synchronized (frontier) {
        unansweredCount = 0;
        frontier.listed(listing.segments(), listing.isEnabled()).forEach(this::queue);
        isListing = false;
        isStopped |= frontier.isAtEnd();
      }
    } catch (RuntimeException e) {
      stop(Failures.of(e));
    }
    advance();
  }

  private void listAgain() {
    synchronized (frontier) {
      isListing = false;
      isListingDue = true;
    }
  }

  /** Goes on after a pause, if what failed may be repeated. */
  private void pauseAfter(@Nullable Throwable unread, Runnable again) {
    HoldfastException why = Failures.of(Objects.requireNonNull(unread));
    boolean mayRepeat =
        why instanceof HoldfastException.UnavailableException
            || why instanceof HoldfastException.ThrottledException
            || (why instanceof HoldfastException.IndeterminateException
                && why.getCause() instanceof StoreException);
    Duration pause;
    synchronized (frontier) {
      mayRepeat &= isStarted;
      pause = UNANSWERED.pause(unansweredCount++, world);
    }
    if (!mayRepeat) {
      stop(why);
      return;
    }
    after(
        pause,
        () -> {
          again.run();
          advance();
        });
  }

  private void answered(
      SegmentId segment, ReadResult.@Nullable Changes changes, @Nullable Throwable unread) {
    if (changes == null) {
      pauseAfter(unread, () -> unanswered(segment));
      return;
    }
    Outcome outcome;
    boolean wasToCheck;
    int nothingCount;
    try {
      synchronized (frontier) {
        unansweredCount = 0;
        wasToCheck = !frontier.isChecked(segment);
        outcome = frontier.answered(segment, changes);
        nothingCount =
            outcome == Outcome.NOTHING ? nothingCounts.merge(segment, 1, Integer::sum) : 0;
        if (nothingCount == 0) {
          nothingCounts.remove(segment);
        }
        if (outcome != Outcome.RECORDS) {
          underWayCount--;
        }
      }
    } catch (RuntimeException e) {
      stop(Failures.of(e));
      return;
    }
    switch (outcome) {
      case RECORDS -> deliver(segment, batch(changes), 1);
      case NOTHING ->
          after(
              wasToCheck ? Duration.ZERO : IDLE.pause(nothingCount - 1, world),
              () -> wake(segment));
      case ENDED, MISSING -> {}
    }
    advance();
  }

  private void unanswered(SegmentId segment) {
    synchronized (frontier) {
      underWayCount--;
      frontier.unanswered(segment);
      queue(segment);
    }
  }

  /** With the lock. */
  private void queue(SegmentId segment) {
    (frontier.isChecked(segment) ? toRead : toCheck).add(segment);
  }

  private void wake(SegmentId segment) {
    synchronized (frontier) {
      queue(segment);
    }
    advance();
  }

  private static List<Change> batch(ReadResult.Changes changes) {
    StreamView view = Objects.requireNonNull(changes.segment()).view();
    return changes.records().stream().map(each -> Change.of(each, view)).toList();
  }

  private void deliver(SegmentId segment, List<Change> batch, int attempt) {
    synchronized (frontier) {
      if (isStopped) {
        return;
      }
      withListenerCount++;
    }
    Futures.whenEnded(
        ListenerCall.of(calls, listener, batch),
        (done, why) -> delivered(segment, batch, attempt, why));
  }

  private void delivered(
      SegmentId segment, List<Change> batch, int attempt, @Nullable Throwable why) {
    synchronized (frontier) {
      withListenerCount--;
      if (why == null) {
        underWayCount--;
        if (frontier.completed(segment) == Outcome.NOTHING) {
          queue(segment);
        }
      }
    }
    if (why != null && attempt < limits.attemptCount()) {
      after(FAILED.pause(attempt - 1, world), () -> deliver(segment, batch, attempt + 1));
    } else if (why != null) {
      stop(
          new HoldfastException.ListenerFailedException(
              "the listener failed " + attempt + " times with the same batch: " + why, why));
    }
    advance();
  }
}
