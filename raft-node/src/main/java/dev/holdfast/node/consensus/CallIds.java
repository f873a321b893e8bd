package dev.holdfast.node.consensus;

import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.rpc.CallId;
import org.jspecify.annotations.Nullable;

/**
 * Gives each request to start an election, and its reply, a call id of its own. Ratis 3.3.0 gives
 * them all 0, and its Netty transport tells the replies of one connection apart by call id: of two
 * at a time to one peer, of any groups, the second is not sent. Its leader then waits for the
 * time-out (3 s) while its partition stands still.
 */
final class CallIds {
  private CallIds() {}

  /** The arguments of a call of the transport, which are changed in place. */
  static Object @Nullable [] distinct(Object @Nullable [] arguments) {
    if (arguments != null
        && arguments.length == 1
        && arguments[0] instanceof StartLeaderElectionRequestProto request) {
      StartLeaderElectionRequestProto.Builder changed = request.toBuilder();
      changed.getServerRequestBuilder().setCallId(CallId.getAndIncrement());
      arguments[0] = changed.build();
    }
    return arguments;
  }

  /** The reply, with the call id of its request. */
  static StartLeaderElectionReplyProto asAsked(
      StartLeaderElectionRequestProto request, StartLeaderElectionReplyProto reply) {
    StartLeaderElectionReplyProto.Builder changed = reply.toBuilder();
    changed.getServerReplyBuilder().setCallId(request.getServerRequest().getCallId());
    return changed.build();
  }
}
