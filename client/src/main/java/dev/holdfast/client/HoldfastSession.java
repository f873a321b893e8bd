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
  private final CallSettings settings;

  HoldfastSession(Session session, TableCalls calls, CallSettings settings) {
    this.session = session;
    this.calls = calls;
    this.settings = settings.in(session);
  }

  /** A table whose reads and writes belong to this session; reads at {@link ReadLevel#SESSION}. */
  public Table table(String name) {
    return new Table(name, calls, settings);
  }

  /** What this session has seen until now. */
  public SessionToken token() {
    return new SessionToken(session.positions());
  }
}
