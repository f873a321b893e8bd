package dev.holdfast.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line as far as it goes without starting nodes. */
class CommandLineTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void everyCommandHasHelp() {
    for (String command :
        List.of("up", "down", "node", "status", "demo", "partitions", "bench", "jepsen")) {
      assertThat(run(command, "--help")).isZero();
    }
    assertThat(run()).isZero();
    assertThat(out.toString()).contains("up", "down", "node", "status");
  }

  @Test
  void wrongUsageEndsWithTwo() {
    assertThat(run("up", "--no-such-option")).isEqualTo(2);
    assertThat(run("node")).isEqualTo(2);
    assertThat(run("nonsense")).isEqualTo(2);
  }

  @Test
  void commandsSayWhatToDoWhereThereIsNoCluster() {
    for (String command : List.of("down", "status", "demo")) {
      err.getBuffer().setLength(0);
      assertThat(run(command, "--data", directory.toString())).isEqualTo(1);
      assertThat(err.toString()).contains("there is no cluster in", "./holdfast up");
    }
  }

  @Test
  void anEndpointThatIsNoneIsNamed() {
    for (String command : List.of("status", "demo")) {
      err.getBuffer().setLength(0);
      assertThat(run(command, "--endpoint", "http://nowhere/")).isEqualTo(1);
      assertThat(err.toString()).contains("--endpoint: 'nowhere' is not HOST:PORT");
    }
  }

  @Test
  void upLeavesADirectoryThatIsNotOursAlone() throws IOException {
    Path precious = Files.writeString(directory.resolve("precious"), "x");

    assertThat(run("up", "--fresh", "--data", directory.toString())).isEqualTo(1);

    assertThat(err.toString()).contains("holds no Holdfast cluster");
    assertThat(precious).exists();
  }

  @Test
  void upNamesThePortThatIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      // as the admin endpoint's port of the first node
      String first = Integer.toString(port - 300);

      int exit =
          run("up", "--nodes", "1", "--port", first, "--data", directory.resolve("d").toString());

      assertThat(exit).isEqualTo(1);
      assertThat(err.toString()).contains("port " + port, "is taken", "--port");
    }
  }

  @Test
  void nodeNamesTheNodesItKnows() throws IOException {
    Path file = directory.resolve("c.properties");
    Files.writeString(
        file,
        """
        cluster.id=c
        data.directory=.
        node.n1.http=h:1
        node.n1.rpc=h:2
        node.n1.raft=h:3
        node.n1.admin=h:4
        """);

    assertThat(run("node", "--id", "n9", "--config", file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("has no node 'n9'; it has n1");
  }

  @Test
  void theStatusDocumentIsShownAsATable() throws IOException {
    String shown =
        StatusTable.render(
            JsonTree.parse(
                "{\"nodes\":[{\"id\":\"n1\",\"up\":true,\"ready\":true,\"http\":\"h:1\"}],"
                    + "\"meta\":{\"id\":\"meta\",\"replicas\":[]},\"partitions\":[{\"id\":\"p1\","
                    + "\"epoch\":1,\"start\":null,\"end\":null,\"replicas\":[{\"node\":\"n1\","
                    + "\"role\":\"LEADER\",\"term\":2,\"applied\":7,\"lag\":0}]}]}"));

    assertThat(shown).contains("n1    ready  http://h:1").contains("p1").contains("LEADER");
  }

  private int run(String... arguments) {
    CommandLine line = HoldfastCommand.commandLine((config, id) -> {});
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }
}
