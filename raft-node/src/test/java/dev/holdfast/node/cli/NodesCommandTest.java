package dev.holdfast.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * {@code nodes}, {@code partitions move} and {@code node --join}, before a cluster that is none.
 */
@Timeout(120)
class NodesCommandTest {
  @TempDir Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private FakeCluster cluster;

  @BeforeEach
  void start() throws IOException {
    cluster = new FakeCluster();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private int run(String... arguments) {
    CommandLine line =
        HoldfastCommand.commandLine(
            (config, id) -> {
              throw new CommandFailure("started " + id);
            });
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return line.execute(arguments);
  }

  private int on(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--endpoint", cluster.endpoint()));
    return run(all.toArray(String[]::new));
  }

  private void assertFails(String words, String... arguments) {
    assertThat(on(arguments)).isEqualTo(1);
    assertThat(err.toString()).contains(words).hasLineCount(1);
  }

  @Test
  void everyCommandHasHelp() {
    for (String command : List.of("list", "decommission", "recommission", "remove")) {
      assertThat(run("nodes", command, "--help")).isZero();
    }
    assertThat(run("partitions", "move", "--help")).isZero();
    assertThat(run("node", "--help")).isZero();
    assertThat(out.toString()).contains("--join");
  }

  @Test
  void theListSaysWhoIsThereAndWhatLacksReplicas() {
    assertThat(on("nodes")).isZero();
    assertThat(out.toString())
        .containsPattern("n1 +ready +active +3 +")
        .containsPattern("n2 +down +active +3 +0")
        .contains("under-replicated: p1, 1 of 2 replicas live");

    assertThat(on("nodes", "list", "--json")).isZero();
    assertThat(out.toString()).contains("\"replicaCount\" : 2", "\"state\" : \"down\"");
    assertThat(cluster.changes()).isEmpty();
  }

  @Test
  void aNodeThatIsNeededStays() {
    assertFails("1 nodes for 2 replicas", "nodes", "decommission", "n2");
    assertFails("n2 is active; decommission it first; nothing was", "nodes", "remove", "n2");
    assertFails("there is no node n9; there are n1, n2", "nodes", "decommission", "n9");
    assertFails("not a node name: 'n 1'", "nodes", "decommission", "n 1");
    assertThat(run("nodes", "decommission")).isEqualTo(2);

    cluster.join("n3");
    assertThat(on("nodes", "decommission", "n2", "--dry-run")).isZero();
    assertThat(out.toString()).contains("holds meta, p1, p2", "nothing was changed");
    assertThat(on("nodes", "decommission", "n2")).isZero();
    assertFails("has a replica of meta and of 2 more", "nodes", "remove", "n2");
    assertFails("1 nodes for 2 replicas", "nodes", "decommission", "n3");
    assertThat(on("nodes", "recommission", "n2")).isZero();
    assertThat(on("nodes", "decommission", "n3")).isZero();
    assertThat(on("nodes", "remove", "n3")).isZero();
    assertFails("there is no node n3", "nodes", "remove", "n3");
  }

  @Test
  void whatCannotMoveIsSaidAndNothingChanges() {
    cluster.join("n3");
    assertMoveFails("--from: n3 has no replica of p1; n1, n2 have", "p1", "n3", "n1");
    assertMoveFails("--to: n2 has a replica of p1 already", "p1", "n1", "n2");
    assertMoveFails("--to: there is no node n9", "p1", "n1", "n9");
    assertMoveFails("--to: n3 does not answer; start it first", "p1", "n1", "n3");
    assertMoveFails("there is no partition p9", "p9", "n1", "n3");
    assertMoveFails("--from: n3 has no replica of meta", "meta", "n3", "n1");
    assertThat(run("partitions", "move", "--partition", "p1", "--to", "n3")).isEqualTo(2);
    assertThat(cluster.changes()).isEmpty();
  }

  private void assertMoveFails(String words, String partition, String from, String to) {
    assertFails(words, "partitions", "move", "--partition", partition, "--from", from, "--to", to);
  }

  @Test
  void whoeverCannotJoinIsToldWhyAndLeavesNothing() {
    String[] join = {
      "node", "--join", cluster.endpoint(), "--data", directory.toString(), "--port", "18999"
    };
    List<String> asN1 = new ArrayList<>(List.of(join));
    asN1.addAll(List.of("--id", "n1"));
    assertThat(run(asN1.toArray(String[]::new))).isEqualTo(1);
    assertThat(err.toString()).contains("node id n1 is in use", "nothing was changed");
    assertThat(Files.exists(directory.resolve("n1"))).isFalse();

    assertThat(run("node", "--id", "n4", "--join", "127.0.0.1:1", "--data", "d", "--port", "1"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("no node of a cluster answers at 127.0.0.1:1");
    assertThat(run("node", "--id", "n4", "--join", cluster.endpoint())).isEqualTo(1);
    assertThat(err.toString()).contains("--join needs --data DIR and --port PORT");
    assertThat(run("node", "--id", "n4")).isEqualTo(1);
    assertThat(err.toString()).contains("--config", "--join");
    assertThat(cluster.changes()).isEmpty();
  }

  @Test
  void aNodeOfAnotherClusterIsRefused() throws IOException {
    Path file = directory.resolve("other.properties");
    List<String> lines = new ArrayList<>(List.of("cluster.id=other", "data.directory=."));
    for (String service : List.of("http", "rpc", "raft", "admin")) {
      lines.add("node.n4." + service + "=h:" + lines.size());
    }
    Files.write(file, lines);
    assertThat(run("node", "--id", "n4", "--join", cluster.endpoint(), "--config", file.toString()))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("is cluster 'fake', and this node belongs to 'other'; nothing was changed");
    assertThat(cluster.changes()).isEmpty();
  }
}
