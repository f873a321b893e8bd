package dev.holdfast.node.consensus;

import java.io.IOException;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request to start an election or to install a piece of a snapshot, and its reply, a
 * call id of its own. Ratis 3.3.0 gives them all 0, and its Netty transport tells the replies of
 * one connection apart by call id: of two at a time to one peer, of any groups, one is lost. Its
 * leader then waits for the time-out (3 s), while its partition stands still or its snapshot has to
 * begin again.
 */
final class CallIds {
  /** Of Ratis; it compares the ids of the pieces of a snapshot. */
  private static final long DEFAULT = 0;

  private CallIds() {}

  /** The arguments of a call of the transport, which are changed in place. */
  static Object @Nullable [] distinct(Object @Nullable [] arguments) {
    if (arguments == null || arguments.length != 1) {
      return arguments;
    }
    if (arguments[0] instanceof StartLeaderElectionRequestProto request) {
      StartLeaderElectionRequestProto.Builder changed = request.toBuilder();
      changed.getServerRequestBuilder().setCallId(CallId.getAndIncrement());
      arguments[0] = changed.build();
    } else if (arguments[0] instanceof InstallSnapshotRequestProto request) {
      InstallSnapshotRequestProto.Builder changed = request.toBuilder();
      changed.getServerRequestBuilder().setCallId(CallId.getAndIncrement());
      arguments[0] = changed.build();
    }
    return arguments;
  }

  /** Has the request served; the reply gets its call id. */
  static StartLeaderElectionReplyProto serve(
      RaftServer server, StartLeaderElectionRequestProto request) throws IOException {
    StartLeaderElectionReplyProto.Builder reply = server.startLeaderElection(request).toBuilder();
    reply.getServerReplyBuilder().setCallId(request.getServerRequest().getCallId());
    return reply.build();
  }

  /** Has the request served with the call id that Ratis gave it; the reply gets ours. */
  static InstallSnapshotReplyProto serve(RaftServer server, InstallSnapshotRequestProto request)
      throws IOException {
    InstallSnapshotRequestProto.Builder original = request.toBuilder();
    original.getServerRequestBuilder().setCallId(DEFAULT);
    InstallSnapshotReplyProto.Builder reply = server.installSnapshot(original.build()).toBuilder();
    reply.getServerReplyBuilder().setCallId(request.getServerRequest().getCallId());
    return reply.build();
  }
}
