package dev.holdfast.client;

import dev.holdfast.client.TransactionCalls.Settings;
import dev.holdfast.protocol.command.Rejection;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One call on several tables, repeated while a table is not ready or has changed, and a bounded
 * number of times while it conflicts with others. Attempts do not overlap.
 */
abstract class TransactionAttempts<R> {
  private static final Duration STALE_PAUSE = Duration.ofMillis(20);

  private final TableCalls calls;
  private final Set<String> names;
  private final Settings settings;
  private final long deadlineNanos;
  private int conflictCount;

  TransactionAttempts(TableCalls calls, Set<String> names, Settings settings) {
    this.calls = calls;
    this.names = names;
    this.settings = settings;
    this.deadlineNanos = calls.world().nanoTime() + settings.timeout().toNanos();
  }

  abstract CompletableFuture<R> once(Map<String, TableDescriptor> tables, Duration remaining);

  abstract @Nullable Rejection rejection(R result);

  CompletableFuture<R> run() {
    return attempt(false);
  }

  private CompletableFuture<R> attempt(boolean refresh) {
    List<CompletableFuture<Optional<TableDescriptor>>> lookups = new ArrayList<>();
    for (String name : names) {
      lookups.add(refresh ? calls.store().refreshTable(name) : calls.store().table(name));
    }
    return CompletableFuture.allOf(lookups.toArray(CompletableFuture[]::new))
        .thenCompose(
            done -> {
              Map<String, TableDescriptor> tables = new HashMap<>();
              for (CompletableFuture<Optional<TableDescriptor>> lookup : lookups) {
                lookup.join().ifPresent(table -> tables.put(table.name(), table)); // it has ended
              }
              return on(tables);
            });
  }

  private CompletableFuture<R> on(Map<String, TableDescriptor> tables) {
    for (String name : names) {
      TableStatus status = TransactionTokens.table(tables, name).status();
      if (status == TableStatus.DELETING) {
        throw new HoldfastException.TableNotFoundException(name);
      } else if (status == TableStatus.CREATING) {
        return isTimeFor(STALE_PAUSE)
            ? after(STALE_PAUSE, true)
            : CompletableFuture.failedFuture(
                new HoldfastException.UnavailableException("a table is being created", null));
      }
    }
    return once(tables, Duration.ofNanos(deadlineNanos - calls.world().nanoTime()))
        .thenCompose(this::judge);
  }

  private CompletableFuture<R> judge(R result) {
    Rejection rejection = rejection(result);
    if (rejection == null) {
      return CompletableFuture.completedFuture(result);
    } else if (rejection instanceof Rejection.StaleTable) {
      return isTimeFor(STALE_PAUSE)
          ? after(STALE_PAUSE, true)
          : CompletableFuture.failedFuture(
              new HoldfastException.IndeterminateException("a table kept changing", null));
    }
    if (isConflict(rejection) && ++conflictCount < settings.attemptCountMax()) {
      Duration pause = Pauses.jittered(calls.world(), conflictCount);
      if (isTimeFor(pause)) {
        return after(pause, false);
      }
    }
    return CompletableFuture.failedFuture(Failures.of(String.join(", ", names), rejection));
  }

  /** Nothing stands in the way but others, who will be gone. */
  private static boolean isConflict(Rejection rejection) {
    return (rejection instanceof Rejection.Cancelled && rejection.retryable())
        || rejection instanceof Rejection.TransactionInProgress
        || rejection instanceof Rejection.LedgerFull
        || rejection instanceof Rejection.IndexBehind;
  }

  private boolean isTimeFor(Duration pause) {
    return calls.world().nanoTime() - deadlineNanos + pause.toNanos() < 0;
  }

  private CompletableFuture<R> after(Duration pause, boolean refresh) {
    return Pauses.pause(calls.world(), pause).thenCompose(done -> attempt(refresh));
  }
}
