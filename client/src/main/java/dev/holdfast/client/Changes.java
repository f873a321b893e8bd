package dev.holdfast.client;

import dev.holdfast.client.ChangeFrontier.Trimmed;
import dev.holdfast.client.ClientListener.Operation;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How the changes of a table are to be read, which must have a stream. Immutable: each method
 * returns another one.
 *
 * <pre>{@code
 * Subscription subscription =
 *     orders.changes().from(checkpoint).subscribe(batch -> search.index(batch)).join();
 * subscription.ended().whenComplete((done, failure) -> alarm(failure));
 * }</pre>
 *
 * <p>What is promised, through splits, merges and changes of leaders:
 *
 * <ul>
 *   <li>Every change comes to the listener at least once, and is not passed by any checkpoint
 *       before the listener has completed it.
 *   <li>The changes of one item come in the order of their commits. After a restart they come again
 *       from the checkpoint on, in order, and none is left out.
 *   <li>A change can be read as soon as its write is acknowledged.
 *   <li>While there is nothing new each shard is asked less and less, twice a second at last.
 * </ul>
 */
public final class Changes {
  /** As many as a leader returns at once; they end earlier at a megabyte. */
  private static final int BATCH_COUNT_MAX = 1_000;

  private static final int PARALLEL_DEFAULT = 16;
  private static final int PARALLEL_MAX = 1_000;
  private static final int ATTEMPTS_DEFAULT = 10;

  private final String table;
  private final TableCalls calls;
  private final CallSettings settings;
  private final Start start;
  private final Limits limits;

  /**
   * Where to begin.
   *
   * @param position of all segments, if there is no token
   */
  private record Start(long position, @Nullable CheckpointToken token, Trimmed trimmed) {
    private ChangeFrontier frontier(StreamName stream) {
      return token == null
          ? ChangeFrontier.beginningAt(position, stream, trimmed)
          : ChangeFrontier.resumed(token, stream, trimmed);
    }
  }

  /**
   * How much at a time.
   *
   * @param batchCount changes of a batch
   * @param parallelCount batches that are read or with the listener
   * @param attemptCount how often the listener gets a batch with which it fails
   */
  record Limits(int batchCount, int parallelCount, int attemptCount) {}

  private Changes(
      String table, TableCalls calls, CallSettings settings, Start start, Limits limits) {
    this.table = table;
    this.calls = calls;
    this.settings = settings;
    this.start = start;
    this.limits = limits;
  }

  static Changes of(String table, TableCalls calls, CallSettings settings) {
    return new Changes(
        table,
        calls,
        settings,
        new Start(ChangeFrontier.LATEST, null, Trimmed.FAIL),
        new Limits(BATCH_COUNT_MAX, PARALLEL_DEFAULT, ATTEMPTS_DEFAULT));
  }

  /** From the oldest change that is still kept. */
  public Changes beginning() {
    return with(new Start(ChangeFrontier.OLDEST, null, start.trimmed));
  }

  /** What changes after the subscription has begun; the default. */
  public Changes now() {
    return with(new Start(ChangeFrontier.LATEST, null, start.trimmed));
  }

  /**
   * From where another subscription had got to. If the stream was disabled meanwhile, it is read to
   * its end, and the subscription ends; a stream that was enabled after it is another one.
   */
  public Changes from(CheckpointToken token) {
    return with(new Start(ChangeFrontier.LATEST, token, start.trimmed));
  }

  /**
   * Leaves out what was deleted before it was read, and goes on with the oldest that is left;
   * without this, it ends the subscription.
   */
  public Changes skippingTrimmed() {
    return with(new Start(start.position, start.token, Trimmed.SKIP));
  }

  /**
   * How many changes the listener gets at a time, at most; default 1000. A batch ends earlier with
   * the change that makes it a megabyte.
   *
   * @param countMax 1 to 1000
   */
  public Changes batchSize(int countMax) {
    require(countMax, BATCH_COUNT_MAX);
    return with(new Limits(countMax, limits.parallelCount, limits.attemptCount));
  }

  /**
   * How many shards are read, or have a batch with the listener, at the same time, at most; default
   * 16. Each may hold a megabyte.
   *
   * @param shardCountMax 1 to 1000
   */
  public Changes parallelism(int shardCountMax) {
    require(shardCountMax, PARALLEL_MAX);
    return with(new Limits(limits.batchCount, shardCountMax, limits.attemptCount));
  }

  /**
   * How often the listener gets a batch with which it fails, before the subscription fails; default
   * 10. Between attempts there are pauses, from 100 ms, which double, to 5 s.
   *
   * @param attemptCountMax at least 1
   */
  public Changes attempts(int attemptCountMax) {
    require(attemptCountMax, Integer.MAX_VALUE);
    return with(new Limits(limits.batchCount, limits.parallelCount, attemptCountMax));
  }

  private static void require(int count, int max) {
    if (count < 1 || count > max) {
      throw new IllegalArgumentException(count + " is not between 1 and " + max);
    }
  }

  private Changes with(Start newStart) {
    return new Changes(table, calls, settings, newStart, limits);
  }

  private Changes with(Limits newLimits) {
    return new Changes(table, calls, settings, start, newLimits);
  }

  /**
   * Begins to read; completes when it is certain from where. Fails with {@link
   * HoldfastException.InvalidRequestException} when the table has no stream, or the token is of
   * another table or stream, or has more than the store; with {@link
   * HoldfastException.ChangesTrimmedException} when what comes after the token was deleted.
   */
  public CompletableFuture<Subscription> subscribe(ChangeListener listener) {
    return calls.deliver(
        Operation.SUBSCRIBE,
        table,
        () ->
            ChangeSource.find(calls, table, settings.timeout(), start.token)
                .thenCompose(
                    source ->
                        new SubscriptionLoop(
                                source, start.frontier(source.stream()), calls, listener, limits)
                            .start())
                .thenApply(Subscription::new));
  }
}
