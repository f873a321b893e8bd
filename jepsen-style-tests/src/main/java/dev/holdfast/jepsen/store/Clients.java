package dev.holdfast.jepsen.store;

import java.util.concurrent.locks.LockSupport;

/** Opens stores: the clients of one API. Thread-safe. */
public interface Clients {
  int nodeCount();

  /**
   * The caller closes it.
   *
   * @param node that it turns to first, counted from 0
   */
  Store open(int node);

  /**
   * One that sees again what it has seen; the caller closes it.
   *
   * @param token what another has seen that it goes on for; empty for a new one
   */
  Store openSession(int node, String token);

  /** Lets the calling client rest between two calls. */
  default void rest(long nanos) {
    LockSupport.parkNanos(nanos);
  }
}
