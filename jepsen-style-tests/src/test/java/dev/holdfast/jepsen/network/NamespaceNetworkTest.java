package dev.holdfast.jepsen.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.jepsen.cluster.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes, the first of which runs a server; skipped where there are no namespaces. */
class NamespaceNetworkTest {
  private static final int PORT = 7_000;
  private static final Duration TAKEN_DOWN_WITHIN = Duration.ofSeconds(20);
  private static final int EXIT_TIMEOUT = 124; // of timeout(1)

  private NamespaceNetwork network;
  private Process server;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(NamespaceNetwork.isPossible(), "no network namespaces, which take root");
    network = new NamespaceNetwork(2);
    List<String> command = new ArrayList<>(network.into(0));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(EchoServer.class.getName(), network.host(0), "" + PORT));
    server = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader said = server.inputReader(StandardCharsets.UTF_8)) {
      assertThat(said.readLine()).isEqualTo("ready");
    }
  }

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.destroyForcibly().waitFor();
    }
    if (network != null) {
      network.close();
    }
  }

  @Test
  void nodesAndWhoeverElseReachTheServer() throws Exception {
    assertThat(isAnsweredFrom(network.into(1))).isTrue();
    assertThat(isAnsweredFrom(List.of())).isTrue();
    assertThat(network.affectedCount()).isZero();
  }

  @Test
  void whatACutLinkCarriesIsLostAndCounted() throws Exception {
    network.set(1, 0, LinkQuality.CUT);

    assertThat(isAnsweredFrom(network.into(1))).isFalse();
    assertThat(network.affectedCount()).isPositive();
    assertThat(isAnsweredFrom(List.of())).isTrue();

    network.heal();

    assertThat(network.affectedCount()).isZero();
    assertThat(isAnsweredFrom(network.into(1))).isTrue();
  }

  @Test
  void theWayBackIsAnotherLink() throws Exception {
    network.set(0, 1, LinkQuality.CUT);

    assertThat(isAnsweredFrom(network.into(1))).isFalse();
    assertThat(network.affectedCount()).isPositive();

    network.set(0, 1, LinkQuality.GOOD);

    assertThat(isAnsweredFrom(network.into(1))).isTrue();
  }

  @Test
  void callersWithoutAPlaceAreCutOffLikeNodes() throws Exception {
    network.set(Network.OUTSIDE, 0, LinkQuality.CUT);

    assertThat(isAnsweredFrom(List.of())).isFalse();
    assertThat(isAnsweredFrom(network.into(1))).isTrue();
  }

  @Test
  void itRefusesWhatItCannotDo() {
    assertThatThrownBy(() -> network.set(0, 1, LinkQuality.lossy(10)))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> network.breakBetween(0, 1))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void nothingIsLeftBehind() throws Exception {
    String prefix = network.host(0).substring(0, network.host(0).lastIndexOf('.'));
    assertThat(isHere(prefix)).isTrue();

    stop();

    Await.until("the kernel has taken it down", TAKEN_DOWN_WITHIN, () -> !isHere(prefix));
  }

  private static boolean isHere(String prefix) {
    try {
      return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
          .flatMap(each -> Collections.list(each.getInetAddresses()).stream())
          .anyMatch(address -> address.getHostAddress().startsWith(prefix + "."));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A word is sent from there, and comes back within a second. */
  private boolean isAnsweredFrom(List<String> place) throws Exception {
    List<String> command = new ArrayList<>(place);
    String talk = "exec 3<>/dev/tcp/%s/%d; echo word >&3; read answer <&3; test \"$answer\" = word";
    command.addAll(List.of("timeout", "1", "bash", "-c", talk.formatted(network.host(0), PORT)));
    int exit = new ProcessBuilder(command).start().waitFor();
    assertThat(exit).isIn(0, EXIT_TIMEOUT);
    return exit == 0;
  }
}
