package dev.holdfast.node.consensus;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;

/** Has a Raft server take part in groups, and leave them. Blocks. Thread-safe. */
final class GroupCalls {
  private static final long TIMEOUT_SECONDS = 120;

  private final AtomicLong nextCallId = new AtomicLong(1);

  /** Recovers what is on disk, and formats what is not. */
  void add(RaftServer server, RaftGroup group) throws IOException {
    await(
        server,
        GroupManagementRequest.newAdd(
            ClientId.randomId(), server.getId(), nextCallId.getAndIncrement(), group, false),
        "cannot join " + group.getGroupId());
  }

  /** What is on disk stays: Ratis goes on when it cannot delete it, and tells nobody. */
  void remove(RaftServer server, RaftGroupId group) throws IOException {
    await(
        server,
        GroupManagementRequest.newRemove(
            ClientId.randomId(), server.getId(), nextCallId.getAndIncrement(), group, false, false),
        "cannot leave " + group);
  }

  private static void await(RaftServer server, GroupManagementRequest request, String failed)
      throws IOException {
    try {
      RaftClientReply reply =
          server.groupManagementAsync(request).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (!reply.isSuccess()) {
        throw new IOException(failed, reply.getException());
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(failed, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted: " + failed, e);
    }
  }
}
