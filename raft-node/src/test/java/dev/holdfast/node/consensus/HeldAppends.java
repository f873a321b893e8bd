package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.util.CodeInjectionForTesting;

/**
 * Lets one append of a leader reach a node and holds back those that follow: the node learns who
 * leads, but not that what it appended is committed. One at a time, as Ratis's hooks are static.
 */
final class HeldAppends implements AutoCloseable {
  private static final String APPEND_ENTRIES = "RaftServerImpl.appendEntries";

  private final AtomicInteger arrived = new AtomicInteger();
  private volatile boolean released;

  HeldAppends(NodeId node) {
    CodeInjectionForTesting.put(
        APPEND_ENTRIES,
        (local, remote, arguments) -> {
          if (node.name().equals(String.valueOf(local))
              && !released
              && arrived.getAndIncrement() > 0) {
            throw new CompletionException(new IOException("held back"));
          }
          return true;
        });
  }

  int heldCount() {
    return Math.max(0, arrived.get() - 1);
  }

  void release() {
    released = true;
  }

  @Override
  public void close() {
    CodeInjectionForTesting.remove(APPEND_ENTRIES);
  }
}
