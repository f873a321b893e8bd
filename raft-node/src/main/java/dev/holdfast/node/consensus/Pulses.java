package dev.holdfast.node.consensus;

import dev.holdfast.protocol.codec.PulseCodec;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.Pulse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.ratis.client.impl.ClientProtoUtils;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerReplyProto;
import org.apache.ratis.proto.netty.NettyProtos.RaftNettyServerRequestProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.util.CodeInjectionForTesting;

/**
 * What this node and its peers tell each other of themselves, over the connections that Raft uses,
 * so that one tells of the other (decision 0026). To Ratis's transport a pulse is a client's
 * request to a group that does not exist. Thread-safe.
 */
final class Pulses {
  /** Where tests may cut a node off. */
  static final String RECEIVED = "Pulses.received";

  private final RaftGroupId group;
  private final NodeId self;
  private final Hearing hearing;
  private final ConsensusClock clock;
  private final ClusterTime time;
  private final Supplier<Set<PartitionId>> led;
  private final ClientId clientId = ClientId.randomId();
  private volatile boolean open;

  /**
   * @param group of no partition, and of this cluster: another one's nodes are refused
   * @param led the partitions whose groups this node leads
   */
  Pulses(
      RaftGroupId group,
      NodeId self,
      Hearing hearing,
      ConsensusClock clock,
      ClusterTime time,
      Supplier<Set<PartitionId>> led) {
    this.group = group;
    this.self = self;
    this.hearing = hearing;
    this.clock = clock;
    this.time = time;
    this.led = led;
  }

  Hearing hearing() {
    return hearing;
  }

  /** From now on says that all replicas of this node are open. */
  void allReplicasOpen() {
    open = true;
  }

  private Bytes own(long nowNanos) {
    return PulseCodec.encode(
        new Pulse(self, open, hearing.heardLately(nowNanos), led.get(), time.reading()));
  }

  /** A pulse for a peer. */
  RaftNettyServerRequestProto question(RaftPeerId peer) {
    return RaftNettyServerRequestProto.newBuilder()
        .setRaftClientRequest(
            ClientProtoUtils.toRaftClientRequestProto(
                RaftClientRequest.newBuilder()
                    .setClientId(clientId)
                    .setServerId(peer)
                    .setGroupId(group)
                    .setCallId(CallId.getAndIncrement())
                    .setMessage(message(own(clock.monotonicNanos())))
                    .setType(RaftClientRequest.readRequestType())
                    .build()))
        .build();
  }

  /** By the monotonic clock: to be taken before a question is made. */
  long now() {
    return clock.monotonicNanos();
  }

  /**
   * Notes what a peer has answered.
   *
   * @param sentNanos taken before it was asked: its clocks were read since (R12)
   */
  void answered(RaftNettyServerReplyProto reply, long sentNanos) throws IOException {
    Pulse pulse =
        decode(ClientProtoUtils.toRaftClientReply(reply.getRaftClientReply()).getMessage());
    hearing.answered(pulse, clock.monotonicNanos());
    time.compare(pulse.from(), pulse.clock(), sentNanos);
  }

  private RaftClientReply answer(RaftClientRequest question) throws IOException {
    Pulse pulse = decode(question.getMessage());
    CodeInjectionForTesting.execute(RECEIVED, self, pulse.from());
    long nowNanos = clock.monotonicNanos();
    hearing.hear(pulse, nowNanos);
    return RaftClientReply.newBuilder()
        .setRequest(question)
        .setSuccess()
        .setMessage(message(own(nowNanos)))
        .build();
  }

  private static Message message(Bytes bytes) {
    return Message.valueOf(LogBytes.toRatis(bytes));
  }

  private static Pulse decode(Message message) throws IOException {
    return PulseCodec.decode(Bytes.copyOf(message.getContent().asReadOnlyByteBuffer()));
  }

  /** The same server, which answers pulses, too. */
  RaftServer answeredBy(RaftServer server) {
    return (RaftServer)
        Proxy.newProxyInstance(
            Pulses.class.getClassLoader(),
            new Class<?>[] {RaftServer.class},
            (proxy, method, arguments) -> {
              if (arguments != null
                  && arguments.length == 1
                  && arguments[0] instanceof RaftClientRequest request
                  && request.getRaftGroupId().equals(group)) {
                return answer(request);
              }
              return SuccessFence.call(server, method, arguments);
            });
  }
}
