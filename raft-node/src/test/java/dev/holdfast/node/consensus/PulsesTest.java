package dev.holdfast.node.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.protocol.model.NodeId;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Set;
import org.apache.ratis.client.impl.ClientProtoUtils;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.exceptions.GroupMismatchException;
import org.apache.ratis.server.RaftServer;
import org.junit.jupiter.api.Test;

class PulsesTest {
  private static final NodeId N1 = new NodeId("n1");
  private static final NodeId N2 = new NodeId("n2");
  private static final long NOW = ConsensusClock.system().monotonicNanos();

  private final Pulses asking = pulses("ours", N1);

  @Test
  void aPulseIsAnsweredAndWhoSentItIsHeard() throws IOException {
    Pulses asked = pulses("ours", N2);
    RaftClientReply reply = ask(asked);

    assertThat(reply.isSuccess()).isTrue();
    assertThat(asked.hearing().isHeard(N1, NOW)).isTrue();
  }

  @Test
  void aPulseOfAnotherClusterIsRefused() {
    Pulses asked = pulses("theirs", N2);

    assertThatThrownBy(() -> ask(asked)).isInstanceOf(GroupMismatchException.class);
    assertThat(asked.hearing().isHeard(N1, NOW)).isFalse();
  }

  private static Pulses pulses(String cluster, NodeId self) {
    return new Pulses(
        new GroupIds(cluster).ofNodes(),
        self,
        new Hearing(Duration.ofMinutes(1)),
        ConsensusClock.system(),
        new ClusterTime(self, Duration.ofMillis(500), ConsensusClock.system()),
        Set::of);
  }

  private RaftClientReply ask(Pulses asked) throws IOException {
    RaftClientRequest request =
        ClientProtoUtils.toRaftClientRequest(
            asking.question(RatisPeers.id(N2)).getRaftClientRequest());
    return asked.answeredBy(ratis()).submitClientRequest(request);
  }

  /** Hosts no group. */
  private static RaftServer ratis() {
    return (RaftServer)
        Proxy.newProxyInstance(
            PulsesTest.class.getClassLoader(),
            new Class<?>[] {RaftServer.class},
            (proxy, method, arguments) -> {
              throw new GroupMismatchException("no such group");
            });
  }
}
