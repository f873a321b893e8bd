package dev.holdfast.jepsen.network;

import java.net.Socket;
import java.util.function.Consumer;

/** Both ways between a caller and a callee. */
final class Connection {
  private final Socket caller;
  private final Socket callee;
  private final Link linkThere;
  private final Link linkBack;
  private final Pump there;
  private final Pump back;
  private final Consumer<Connection> atEnd;
  private int carriedCount; // guarded by this

  /**
   * @param atEnd is told when nothing of it is left
   */
  Connection(Ends ends, Link there, Link back, Consumer<Connection> atEnd) {
    this.caller = ends.caller();
    this.callee = ends.callee();
    this.linkThere = there;
    this.linkBack = back;
    this.there = new Pump(there, caller, callee, this::carried);
    this.back = new Pump(back, callee, caller, this::carried);
    this.atEnd = atEnd;
  }

  /** Of a connection through the proxy, which has one with each of them. */
  record Ends(Socket caller, Socket callee) {}

  boolean goesOver(Link link) {
    return link == linkThere || link == linkBack;
  }

  void start() {
    there.start();
    back.start();
  }

  /** When each way has ended, or one has broken, which closes both. */
  private synchronized void carried() {
    carriedCount++;
    if (carriedCount == 2 || caller.isClosed() || callee.isClosed()) {
      close();
    }
  }

  void close() {
    Pump.reset(caller);
    Pump.reset(callee);
    there.stop();
    back.stop();
    atEnd.accept(this);
  }
}
