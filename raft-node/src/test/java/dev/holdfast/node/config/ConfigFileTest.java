package dev.holdfast.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.partition.reconcile.Steering;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  private static final String NODE =
      "node.n1.http=h:1\nnode.n1.rpc=h:2\nnode.n1.raft=h:3\nnode.n1.admin=h:4\n";
  private static final String CLUSTER = "cluster.id=c\ndata.directory=.\n";

  @TempDir Path directory;

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    ClusterConfig config =
        new ClusterConfig(
            "c",
            List.of(
                new ClusterMap.Node(new NodeId("n2"), "h:1", "h:2", "h:3", "h:4"),
                new ClusterMap.Node(new NodeId("n10"), "h:5", "h:6", "h:7", "h:8")),
            4,
            3,
            directory,
            new Tuning(
                Duration.ofMillis(1),
                Duration.ofMillis(60),
                Duration.ofMillis(70),
                9 << 20,
                10 << 20,
                7,
                Duration.ofMillis(8),
                true,
                9,
                10 << 20,
                Duration.ofSeconds(11),
                12,
                Duration.ofSeconds(13),
                14,
                Duration.ofSeconds(15),
                16,
                66),
            5,
            new Balancing(
                Steering.Mode.WATCH,
                100,
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                3,
                1 << 20,
                Duration.ofSeconds(4),
                Duration.ofSeconds(5),
                Duration.ofSeconds(6)),
            new TreeMap<>(Map.of("node.n2.raft", "0.0.0.0:9")));
    Path file = directory.resolve("cluster.properties");

    ConfigFile.write(config, file);

    assertThat(ConfigFile.read(file)).isEqualTo(config);
  }

  @Test
  void balancingAndTheOriginsOfPagesAreOnOrOffAndNothingElse() {
    refuses(CLUSTER + NODE + "http.any.origin=*\n", "http.any.origin must be on or off, not '*'");
    refuses(CLUSTER + NODE + "balance=maybe\n", "balance must be on or off, not 'maybe'");
    refuses(CLUSTER + NODE + "split.cooldown.seconds=1\n", "must not be shorter");
  }

  @Test
  void anAddressUsedTwiceIsNamedWithBothItsUsers() {
    refuses(CLUSTER + NODE.replace("h:4", "h:1"), "are both h:1");
  }

  @Test
  void aMisspeltOptionIsRefused() {
    refuses(CLUSTER + NODE + "lease.milis=5\n", "unknown option 'lease.milis'");
    refuses(CLUSTER + NODE + "node.n1.htp=h:9\n", "unknown option 'node.n1.htp'");
  }

  @Test
  void aMissingOptionAndABadPortAreNamed() {
    refuses(CLUSTER + NODE.replace("node.n1.raft=h:3\n", ""), "node.n1.raft is missing");
    refuses(CLUSTER + NODE.replace("h:3", "h:99999"), "node.n1.raft");
    refuses(CLUSTER, "no nodes");
  }

  @Test
  void aListenerBelongsToAnAddress() {
    refuses(CLUSTER + NODE + "node.n2.raft.listen=h:9\n", "node.n2.raft is missing");
    refuses(CLUSTER + NODE + "node.n1.raft.listen=h\n", "node.n1.raft.listen");
  }

  @Test
  void aMissingFileIsSaidToBeMissing() {
    assertThatThrownBy(() -> ConfigFile.read(directory.resolve("none")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is no configuration file");
  }

  private void refuses(String text, String message) {
    Path file = directory.resolve("bad.properties");
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    assertThatThrownBy(() -> ConfigFile.read(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }
}
