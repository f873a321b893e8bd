package dev.holdfast.client.routing;

import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.rpc.ReadMode.Level;
import dev.holdfast.protocol.rpc.StoreException.Reason;
import dev.holdfast.protocol.rpc.StoreException.UnavailableException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Remembers tables that can be used. That there is no table, or that it is not ready, is never
 * remembered: the meta leader is asked each time. Many who ask for one table share one question.
 * Thread-safe.
 */
final class Tables {
  private static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(5);

  private final Routes routes;
  private final Reads reads;
  private final ConcurrentMap<String, TableDescriptor> known = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, CompletableFuture<Optional<TableDescriptor>>> lookups =
      new ConcurrentHashMap<>();

  Tables(Routes routes, Reads reads) {
    this.routes = routes;
    this.reads = reads;
  }

  CompletableFuture<Optional<TableDescriptor>> table(String name) {
    TableDescriptor table = known.get(name);
    if (table != null) {
      return CompletableFuture.completedFuture(Optional.of(table));
    }
    CompletableFuture<Optional<TableDescriptor>> shared = lookups.get(name);
    if (shared != null) {
      return shared.copy();
    }
    CompletableFuture<Optional<TableDescriptor>> mine = new CompletableFuture<>();
    CompletableFuture<Optional<TableDescriptor>> other = lookups.putIfAbsent(name, mine);
    if (other != null) {
      return other.copy();
    }
    Futures.whenEnded(mine, (found, failure) -> lookups.remove(name, mine));
    Futures.forward(refresh(name), mine);
    return mine.copy();
  }

  /** Asks the meta leader, with a question of its own: an earlier one may have an older answer. */
  CompletableFuture<Optional<TableDescriptor>> refresh(String name) {
    long deadline = routes.world().nanoTime() + LOOKUP_TIMEOUT.toNanos();
    return reads
        .readMeta(
            new MetaRead.GetTable(name), ReadOptions.of(Level.STRONG, LOOKUP_TIMEOUT), deadline)
        .thenApply(answer -> remembered(name, answer.result()));
  }

  private Optional<TableDescriptor> remembered(String name, ReadResult result) {
    if (!(result instanceof ReadResult.Table answer)) {
      throw new UnavailableException(Reason.NOT_READY, "not an answer to a question for a table");
    }
    TableDescriptor table = answer.table();
    if (table == null) {
      known.remove(name);
    } else {
      learn(table);
    }
    return Optional.ofNullable(table);
  }

  /** Takes a descriptor from an answer of the meta leader, unless a newer one is known. */
  void learn(TableDescriptor table) {
    if (!table.status().isServed()) {
      known.remove(table.name());
      return;
    }
    known.merge(
        table.name(),
        table,
        (old, latest) ->
            old.id().equals(latest.id()) && old.version() > latest.version() ? old : latest);
    Iterator<String> names = known.keySet().iterator();
    while (known.size() > routes.options().tablesCachedMax() && names.hasNext()) {
      if (!names.next().equals(table.name())) {
        names.remove();
      }
    }
  }
}
