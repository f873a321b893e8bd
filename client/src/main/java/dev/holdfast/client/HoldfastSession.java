package dev.holdfast.client;

import dev.holdfast.client.routing.Session;

/**
 * Reads that see the session's own writes and never go back in time, from any replica. What was
 * seen can be carried to another process as a {@link SessionToken}. Thread-safe.
 *
 * <pre>{@code
 * HoldfastSession session = client.startSession();
 * Table cart = session.table("cart");
 * cart.put(item).thenCompose(done -> cart.get(key)); // finds it, on whatever replica
 * }</pre>
 */
public final class HoldfastSession {
  private final Session session;
  private final TableCalls calls;
  private final TransactionCalls transactions;
  private final CallSettings settings;

  HoldfastSession(
      Session session, TableCalls calls, TransactionCalls transactions, CallSettings settings) {
    this.session = session;
    this.calls = calls;
    this.transactions = transactions;
    this.settings = settings.in(session);
  }

  /** A table whose reads and writes belong to this session; reads at {@link ReadLevel#SESSION}. */
  public Table table(String name) {
    return new Table(name, calls, settings);
  }

  /** A transaction whose writes the session sees once it is committed. */
  public Transaction transaction() {
    return new Transaction(transactions, settings);
  }

  /** Reads of several items at one moment, which is not before what the session has seen. */
  public TransactionalGets transactionalGets() {
    return new TransactionalGets(transactions, settings);
  }

  /** What this session has seen until now. */
  public SessionToken token() {
    return new SessionToken(session.positions());
  }
}
