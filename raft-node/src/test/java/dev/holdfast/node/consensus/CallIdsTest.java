package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.server.RaftServer;
import org.junit.jupiter.api.Test;

class CallIdsTest {
  private static final RaftRpcRequestProto AS_RATIS_MAKES_IT =
      RaftRpcRequestProto.newBuilder().setCallId(0).build();

  private final List<Long> served = new ArrayList<>();

  @Test
  void requestsOfTheSameKindDiffer() {
    assertThat(sent(election())).isNotEqualTo(sent(election()));
    assertThat(sent(snapshot())).isNotEqualTo(sent(snapshot()));
    assertThat(sent(snapshot())).isNotEqualTo(sent(election()));
  }

  @Test
  void theReplyToAnElectionHasTheIdOfItsRequest() throws IOException {
    StartLeaderElectionRequestProto request = (StartLeaderElectionRequestProto) sentAs(election());

    assertThat(CallIds.serve(server(), request).getServerReply().getCallId())
        .isEqualTo(request.getServerRequest().getCallId());
  }

  /** Ratis takes another id for another snapshot. */
  @Test
  void ratisSeesThePiecesOfASnapshotWithTheIdItGaveThem() throws IOException {
    for (int piece = 0; piece < 2; piece++) {
      InstallSnapshotRequestProto request = (InstallSnapshotRequestProto) sentAs(snapshot());

      assertThat(CallIds.serve(server(), request).getServerReply().getCallId())
          .isEqualTo(request.getServerRequest().getCallId());
    }
    assertThat(served).containsExactly(0L, 0L);
  }

  private static StartLeaderElectionRequestProto election() {
    return StartLeaderElectionRequestProto.newBuilder().setServerRequest(AS_RATIS_MAKES_IT).build();
  }

  private static InstallSnapshotRequestProto snapshot() {
    return InstallSnapshotRequestProto.newBuilder().setServerRequest(AS_RATIS_MAKES_IT).build();
  }

  private static Object sentAs(Object request) {
    Object[] arguments = {request};
    CallIds.distinct(arguments);
    return arguments[0];
  }

  private static long sent(Object request) {
    return sentAs(request) instanceof InstallSnapshotRequestProto snapshot
        ? snapshot.getServerRequest().getCallId()
        : ((StartLeaderElectionRequestProto) sentAs(request)).getServerRequest().getCallId();
  }

  private RaftServer server() {
    return (RaftServer)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {RaftServer.class},
            (proxy, method, arguments) -> {
              if (arguments[0] instanceof InstallSnapshotRequestProto request) {
                served.add(request.getServerRequest().getCallId());
                return InstallSnapshotReplyProto.getDefaultInstance();
              }
              return StartLeaderElectionReplyProto.getDefaultInstance();
            });
  }
}
