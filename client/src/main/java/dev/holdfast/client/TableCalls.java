package dev.holdfast.client;

import dev.holdfast.client.ClientListener.Operation;
import dev.holdfast.client.routing.ItemStore;
import dev.holdfast.client.routing.ReadOptions;
import dev.holdfast.client.routing.RouterWorld;
import dev.holdfast.client.routing.WriteOptions;
import dev.holdfast.client.routing.WriteOptions.Attempt;
import dev.holdfast.protocol.command.Command;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.command.Result;
import dev.holdfast.protocol.model.RequestId;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the store on behalf of users: finds the table, sends the request again when the table
 * has changed under it, and completes futures on the user's executor with the user's exceptions.
 */
final class TableCalls {
  private static final Duration STALE_PAUSE = Duration.ofMillis(20);

  /** How often a write meets a transaction before it is told so. */
  private static final int LOCKED_COUNT_MAX = 10;

  private final ItemStore store;
  private final RouterWorld world;
  private final Executor executor;
  private final ClientListener listener;

  TableCalls(ItemStore store, RouterWorld world, Executor executor, ClientListener listener) {
    this.store = store;
    this.world = world;
    this.executor = executor;
    this.listener = listener;
  }

  ItemStore store() {
    return store;
  }

  RouterWorld world() {
    return world;
  }

  RequestId newRequestId() {
    return new RequestId(world.random(), world.random());
  }

  /** Asks a table's items; the question is made anew for every version of the table. */
  interface Read {
    CompletableFuture<ReadResult> of(TableDescriptor table, ReadOptions options);
  }

  /** The result of a read that was not refused. */
  CompletableFuture<ReadResult> read(String table, CallSettings settings, Read read) {
    return new Repetition<ReadResult>(table, settings.timeout()) {
      @Override
      CompletableFuture<ReadResult> once(TableDescriptor descriptor, Duration remaining) {
        return read.of(descriptor, settings.readOptions(remaining));
      }

      @Override
      @Nullable Rejection rejection(ReadResult result) {
        return result instanceof ReadResult.Refused refused ? refused.rejection() : null;
      }
    }.run();
  }

  /** The attributes that an applied write returned; null for none. */
  CompletableFuture<Optional<Document>> write(
      String table, CallSettings settings, Function<TableDescriptor, Command.ItemWrite> command) {
    RequestId id = newRequestId();
    return new Repetition<Result>(table, settings.timeout()) {
      @Override
      CompletableFuture<Result> once(TableDescriptor descriptor, Duration remaining) {
        // sent again, it no longer carries a stamp from before its first attempt (E2)
        Attempt attempt = isFirst() ? Attempt.FIRST : Attempt.REPEATED;
        return store.write(
            descriptor,
            command.apply(descriptor),
            new WriteOptions(id, attempt, settings.session(), remaining));
      }

      @Override
      @Nullable Rejection rejection(Result result) {
        return result instanceof Result.Rejected rejected ? rejected.rejection() : null;
      }
    }.run()
        .thenApply(
            result ->
                result instanceof Result.Written written && written.attributes() != null
                    ? Optional.of(Document.of(written.attributes()))
                    : Optional.empty());
  }

  /** Hands the outcome to the user: on the executor, with the user's exception, and counted. */
  <T> CompletableFuture<T> deliver(
      Operation operation, String table, Supplier<CompletableFuture<T>> call) {
    long startNanos = world.nanoTime();
    CompletableFuture<T> delivered = new CompletableFuture<>();
    CompletableFuture<T> internal;
    try {
      internal = call.get();
    } catch (RuntimeException e) {
      internal = CompletableFuture.failedFuture(e);
    }
    whenEnded(
        internal,
        (value, failure) -> {
          HoldfastException told = failure == null ? null : Failures.of(failure);
          listener.finished(
              operation, table, Duration.ofNanos(world.nanoTime() - startNanos), told);
          Runnable completion =
              told == null
                  ? () -> delivered.complete(value)
                  : () -> delivered.completeExceptionally(told);
          execute(completion);
        });
    return delivered;
  }

  /** Runs code of the user, or what calls it. */
  void execute(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      task.run(); // the user has closed it; better here than never
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the action is the end of the chain
  private static <T> void whenEnded(
      CompletableFuture<T> future, BiConsumer<@Nullable T, @Nullable Throwable> action) {
    future.whenComplete(action);
  }

  /** One call, repeated while the table is not ready or has changed. Attempts do not overlap. */
  private abstract class Repetition<R> {
    private final String name;
    private final long deadlineNanos;
    private int attemptCount;
    private int lockedCount;

    Repetition(String name, Duration timeout) {
      this.name = name;
      this.deadlineNanos = world.nanoTime() + timeout.toNanos();
    }

    abstract CompletableFuture<R> once(TableDescriptor descriptor, Duration remaining);

    abstract @Nullable Rejection rejection(R result);

    boolean isFirst() {
      return attemptCount == 1;
    }

    CompletableFuture<R> run() {
      return store.table(name).thenCompose(this::attempt);
    }

    private CompletableFuture<R> attempt(Optional<TableDescriptor> found) {
      TableDescriptor table = found.orElse(null);
      if (table == null || table.status() == TableStatus.DELETING) {
        return CompletableFuture.failedFuture(new HoldfastException.TableNotFoundException(name));
      }
      Duration remaining = Duration.ofNanos(deadlineNanos - world.nanoTime());
      if (table.status() == TableStatus.CREATING) {
        return remaining.compareTo(STALE_PAUSE) < 0
            ? CompletableFuture.failedFuture(
                new HoldfastException.UnavailableException("the table is being created", null))
            : again();
      }
      attemptCount++;
      return once(table, remaining).thenCompose(this::judge);
    }

    private CompletableFuture<R> judge(R result) {
      Rejection rejection = rejection(result);
      if (rejection == null) {
        return CompletableFuture.completedFuture(result);
      } else if (rejection instanceof Rejection.Locked) {
        return locked(rejection);
      } else if (!(rejection instanceof Rejection.StaleTable)) {
        return CompletableFuture.failedFuture(Failures.of(name, rejection));
      } else if (world.nanoTime() - deadlineNanos + STALE_PAUSE.toNanos() < 0) {
        return again();
      }
      // an earlier attempt may lie in a log behind the one that was rejected
      return CompletableFuture.failedFuture(
          new HoldfastException.IndeterminateException("the table kept changing", null));
    }

    /** Transactions are short: after a pause the item is free, or another one has it. */
    private CompletableFuture<R> locked(Rejection rejection) {
      Duration pause = Pauses.jittered(world, ++lockedCount);
      return lockedCount < LOCKED_COUNT_MAX
              && world.nanoTime() - deadlineNanos + pause.toNanos() < 0
          ? Pauses.pause(world, pause)
              .thenCompose(done -> store.table(name))
              .thenCompose(this::attempt)
          : CompletableFuture.failedFuture(Failures.of(name, rejection));
    }

    /** After a pause, that the partitions may hear of the table, asks for it again. */
    private CompletableFuture<R> again() {
      return Pauses.pause(world, STALE_PAUSE)
          .thenCompose(done -> store.refreshTable(name))
          .thenCompose(this::attempt);
    }
  }
}
