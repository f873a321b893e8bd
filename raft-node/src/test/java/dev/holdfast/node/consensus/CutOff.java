package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one Ratis server of this process off from its peers, in both directions, without telling it:
 * appends, votes and pulses fail at their receiver. One at a time, as Ratis's hooks are static.
 */
final class CutOff implements AutoCloseable {
  private static final String APPEND_ENTRIES = "RaftServerImpl.appendEntries";
  private static final String REQUEST_VOTE = "RaftServerImpl.requestVote";

  private final AtomicReference<@Nullable NodeId> cutOff = new AtomicReference<>();

  CutOff() {
    CodeInjectionForTesting.Code cut =
        (local, remote, arguments) -> {
          NodeId node = cutOff.get();
          if (node != null
              && (node.name().equals(String.valueOf(local))
                  || node.name().equals(String.valueOf(remote)))) {
            throw new CompletionException(new IOException("cut off"));
          }
          return true;
        };
    CodeInjectionForTesting.put(APPEND_ENTRIES, cut);
    CodeInjectionForTesting.put(REQUEST_VOTE, cut);
    CodeInjectionForTesting.put(Pulses.RECEIVED, cut);
  }

  void isolate(NodeId node) {
    cutOff.set(node);
  }

  void heal() {
    cutOff.set(null);
  }

  @Override
  public void close() {
    CodeInjectionForTesting.remove(APPEND_ENTRIES);
    CodeInjectionForTesting.remove(REQUEST_VOTE);
    CodeInjectionForTesting.remove(Pulses.RECEIVED);
  }
}
