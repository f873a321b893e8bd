package dev.holdfast.client;

import dev.holdfast.client.TransactionCalls.Settings;
import dev.holdfast.protocol.command.TransactionRequest;
import dev.holdfast.protocol.expression.Projection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Reads of up to a hundred items, of any tables and anywhere in the cluster, as they are at one
 * moment: what a transaction wrote is seen whole or not at all. Immutable: each method returns a
 * longer list. Begins at {@link HoldfastClient#transactionalGets}.
 *
 * <pre>{@code
 * List<Optional<Document>> both =
 *     client.transactionalGets()
 *         .get("accounts", Key.of("a-1"))
 *         .get("accounts", Key.of("a-2"), "balance")
 *         .read()
 *         .join();
 * }</pre>
 *
 * <p>Items that change each time they are looked at fail the future with {@link
 * HoldfastException.TransactionCancelledException} after a few attempts.
 */
public final class TransactionalGets {
  /** One item to read. */
  record Get(String table, Key key, Projection projection) {}

  private final TransactionCalls calls;
  private final List<Get> gets;
  private final Settings settings;

  TransactionalGets(TransactionCalls calls, CallSettings settings) {
    this(calls, List.of(), Settings.of(settings));
  }

  private TransactionalGets(TransactionCalls calls, List<Get> gets, Settings settings) {
    this.calls = calls;
    this.gets = List.copyOf(gets);
    this.settings = settings;
  }

  /** Reads an item whole. */
  public TransactionalGets get(String table, Key key) {
    return with(new Get(table, key, Projection.ALL));
  }

  /** Reads only the values at these paths. */
  public TransactionalGets get(String table, Key key, String... paths) {
    Projection projection = new Projection(List.of(paths).stream().map(Paths::parse).toList());
    return with(new Get(table, key, projection));
  }

  /** The same reads, to be done within another time, retries included. */
  public TransactionalGets withTimeout(Duration timeout) {
    return new TransactionalGets(calls, gets, settings.with(timeout));
  }

  /** The same reads, tried so many times when others change the items. */
  public TransactionalGets withAttempts(int countMax) {
    return new TransactionalGets(calls, gets, settings.with(countMax));
  }

  /** The items in order; empty in place of those that are not there. */
  public CompletableFuture<List<Optional<Document>>> read() {
    return calls.read(gets, settings);
  }

  private TransactionalGets with(Get get) {
    if (gets.size() == TransactionRequest.ACTION_COUNT_MAX) {
      throw new HoldfastException.InvalidRequestException(
          TransactionRequest.ACTION_COUNT_MAX + " items are read at most");
    }
    List<Get> longer = new ArrayList<>(gets);
    longer.add(get);
    return new TransactionalGets(calls, longer, settings);
  }
}
