package dev.holdfast.jepsen.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.jepsen.cluster.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** This process calls itself through the network, as node 0, where node 1 listens. */
class ProxyNetworkTest {
  private static final int A = 0;
  private static final int B = 1;
  private static final int SILENT_MILLIS = 150;
  private static final int PATIENCE_MILLIS = 10_000;

  private final ProxyNetwork network = new ProxyNetwork(1);

  @SuppressWarnings("NullAway.Init")
  private ServerSocket server;

  @SuppressWarnings("NullAway.Init")
  private Socket caller;

  @SuppressWarnings("NullAway.Init")
  private Socket callee;

  private int door;

  @BeforeEach
  void connect() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    door = Ports.free(1).get(0);
    network.isNode(ProcessHandle.current().pid(), A);
    network.forward(door, B, server.getLocalPort());
    caller = new Socket(InetAddress.getLoopbackAddress(), door);
    callee = server.accept();
  }

  @AfterEach
  void close() throws IOException {
    network.close();
    caller.close();
    callee.close();
    server.close();
  }

  private static void send(Socket from, String text) throws IOException {
    from.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String receive(Socket at, int count, int millis) throws IOException {
    at.setSoTimeout(millis);
    InputStream in = at.getInputStream();
    return new String(in.readNBytes(count), StandardCharsets.US_ASCII);
  }

  private static void assertSilent(Socket at) {
    assertThatThrownBy(() -> receive(at, 1, SILENT_MILLIS))
        .isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void carriesBothWays() throws IOException {
    send(caller, "question");
    assertThat(receive(callee, 8, PATIENCE_MILLIS)).isEqualTo("question");
    send(callee, "answer");
    assertThat(receive(caller, 6, PATIENCE_MILLIS)).isEqualTo("answer");
    assertThat(network.affectedCount()).isZero();
  }

  @Test
  void aCutLinkHoldsWhatWasSentUntilItIsHealed() throws IOException {
    network.setBetween(List.of(A), List.of(B), LinkQuality.CUT);
    send(caller, "one");
    send(callee, "two");
    assertSilent(callee);
    assertSilent(caller);
    assertThat(network.affectedCount()).isEqualTo(2);

    network.heal();

    assertThat(receive(callee, 3, PATIENCE_MILLIS)).isEqualTo("one");
    assertThat(receive(caller, 3, PATIENCE_MILLIS)).isEqualTo("two");
  }

  @Test
  void oneWayOfALinkIsCutAlone() throws IOException {
    network.set(A, B, LinkQuality.CUT);
    send(caller, "lost");
    send(callee, "found");

    assertThat(receive(caller, 5, PATIENCE_MILLIS)).isEqualTo("found");
    assertSilent(callee);
  }

  @Test
  void otherLinksAreNotTouched() throws IOException {
    network.setBetween(List.of(2), List.of(B), LinkQuality.CUT);
    network.set(Network.OUTSIDE, B, LinkQuality.CUT);

    send(caller, "free");

    assertThat(receive(callee, 4, PATIENCE_MILLIS)).isEqualTo("free");
  }

  @Test
  void aConnectionOverACutLinkIsSilentUntilItIsHealed() throws IOException {
    network.set(A, B, LinkQuality.CUT);
    try (Socket late = new Socket(InetAddress.getLoopbackAddress(), door)) {
      send(late, "late");
      server.setSoTimeout(SILENT_MILLIS);
      assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);

      network.heal();

      server.setSoTimeout(PATIENCE_MILLIS);
      try (Socket accepted = server.accept()) {
        assertThat(receive(accepted, 4, PATIENCE_MILLIS)).isEqualTo("late");
      }
    }
  }

  @Test
  void aSlowLinkIsLateAndKeepsTheOrder() throws IOException {
    network.set(A, B, LinkQuality.slow(100, 100));
    long begin = System.nanoTime();
    StringBuilder sent = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      String piece = "piece " + i + ";";
      send(caller, piece);
      sent.append(piece);
    }

    assertThat(receive(callee, sent.length(), PATIENCE_MILLIS)).isEqualTo(sent.toString());
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isGreaterThanOrEqualTo(Duration.ofMillis(100));
    assertThat(network.affectedCount()).isPositive();
  }

  @Test
  void whatALossyLinkLosesIsSentAgain() throws IOException {
    network.set(A, B, LinkQuality.lossy(50));
    for (int i = 0; i < 10; i++) {
      send(caller, "x");
      assertThat(receive(callee, 1, PATIENCE_MILLIS)).isEqualTo("x");
    }
    assertThat(network.affectedCount()).isPositive();
  }

  @Test
  void anEndThatClosesIsNoticedByTheOther() throws IOException {
    send(caller, "bye");
    caller.close();

    assertThat(receive(callee, 4, PATIENCE_MILLIS)).isEqualTo("bye");
  }

  @Test
  void aCallerOfADeadNodeIsNotLeftWaiting() throws IOException {
    server.close();
    try (Socket refused = new Socket(InetAddress.getLoopbackAddress(), door)) {
      refused.setSoTimeout(PATIENCE_MILLIS);
      assertThatThrownBy(() -> refused.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }
}
