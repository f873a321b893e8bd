package dev.holdfast.jepsen.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.jepsen.cluster.Await;
import dev.holdfast.jepsen.store.AwsSdk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The contract of design section 14, from the outside. */
class LauncherTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int NODE_COUNT = 3;

  @TempDir private Path home;

  @SuppressWarnings("NullAway.Init")
  private Launcher holdfast;

  @BeforeEach
  void prepare() {
    holdfast = Launcher.in(home);
  }

  @AfterEach
  void stopWhatRuns() throws IOException {
    for (String node : List.of("n1", "n2", "n3")) {
      process(node).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void aClusterGoesThroughItsLife() throws Exception {
    int port = freePort();
    String[] up = {"up", "--port", Integer.toString(port), "--detach"};

    Launcher.Ended started = holdfast.run(up);
    assertThat(started.exitCode()).as(started.output()).isZero();
    assertThat(started.output())
        .contains("http://127.0.0.1:" + (port + 2), "\nready\n", "./holdfast down")
        .doesNotContain("\u001b", "\r");
    createTableAndPut(port);

    Launcher.Ended again = holdfast.run(up);
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.output()).contains("already running", "n1 (process ", "./holdfast down");
    showsStatus("status", "--json");
    showsStatus("status", "--json", "--endpoint", "127.0.0.1:" + (port + 1));
    showsStatus("status", "--json", "--endpoint", "http://127.0.0.1:" + (port + 301));
    Launcher.Ended demo =
        holdfast.run("demo", "--no-kill", "--endpoint", "127.0.0.1:" + (port + 2));
    assertThat(demo.exitCode()).as(demo.output()).isZero();
    assertThat(demo.output()).contains("100 %", "STRONG").doesNotContain("\u001b", "\r");

    MetricsPage.assertDocumented(
        List.of(port + 300, port + 301, port + 302),
        Launcher.repository().resolve("docs/metrics.md"));

    process("n2").orElseThrow().destroyForcibly();
    Await.until("n2 is gone", LIMIT, () -> process("n2").isEmpty());
    Launcher.Ended mended = holdfast.run("up", "--detach");
    assertThat(mended.exitCode()).as(mended.output()).isZero();
    assertThat(mended.output()).contains("already running: n1, n3; starting the others", "ready");

    Launcher.Ended stopped = holdfast.run("down");
    assertThat(stopped.exitCode()).isZero();
    assertThat(stopped.output()).contains("stopped n1, n2, n3");
    assertThat(holdfast.run("down").output()).contains("no node of", "is running");
    assertThat(holdfast.run("status").output()).contains("answers; start it with");

    inTheForegroundDataSurviveAndInterruptingStopsAll(port);
    freshBeginsWithNothing(port);
  }

  private void inTheForegroundDataSurviveAndInterruptingStopsAll(int port) throws Exception {
    Launcher.Running foreground = holdfast.start("up");
    Await.until("the endpoint serves what was put", LIMIT, () -> isThere(port));
    Await.until("it says so", LIMIT, () -> foreground.seen().indexOf("Ctrl-C stops all") > 0);
    assertThat(runningCount()).isEqualTo(NODE_COUNT);
    foreground.interrupt();
    Launcher.Ended ended = foreground.await();
    assertThat(ended.output()).contains("\nready\n").doesNotContain("\u001b", "\r");
    assertThat(runningCount()).as(ended.output()).isZero();
  }

  private void freshBeginsWithNothing(int port) {
    Launcher.Ended refused = holdfast.run("up", "--detach", "--nodes", "5");
    assertThat(refused.output()).contains("was made with --nodes 3", "--fresh");
    Launcher.Ended fresh =
        holdfast.run("up", "--detach", "--fresh", "--nodes=1", "--partitions=4", "--port=" + port);
    assertThat(fresh.exitCode()).as(fresh.output()).isZero();
    assertThat(holdfast.run("status").output().lines().filter(line -> line.matches("p\\d.*")))
        .hasSize(4);
    try (DynamoDbClient client = client(port)) {
      assertThat(client.listTables().tableNames()).isEmpty();
    }
    assertThat(holdfast.run("down").exitCode()).isZero();
  }

  private void showsStatus(String... arguments) {
    Launcher.Ended status = holdfast.run(arguments);
    assertThat(status.exitCode()).as(status.output()).isZero();
    assertThat(status.output())
        .contains("\"nodes\"", "\"partitions\"", "\"epoch\"", "\"leader\"", "\"replicas\"");
  }

  @Test
  void aWrongJavaIsNamedWithItsVersion() throws IOException {
    Path fake = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(fake, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
    assertThat(fake.toFile().setExecutable(true)).isTrue();

    Launcher.Ended ended =
        holdfast
            .with("JAVA_HOME", "")
            .with("PATH", fake.getParent() + ":/usr/bin:/bin")
            .run("status");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.output())
        .contains("needs JDK 17 or later", fake + " is version 11", "JAVA_HOME");
  }

  @Test
  void itWorksThroughALinkAndEveryCommandHasHelp() throws IOException {
    Path link =
        Files.createSymbolicLink(home.resolve("hf"), Launcher.repository().resolve("holdfast"));
    Launcher linked = holdfast.through(link);
    Launcher.Ended overview = linked.run("--help");
    assertThat(overview.exitCode()).as(overview.output()).isZero();
    for (String command : List.of("up", "down", "node", "status", "demo", "partitions", "jepsen")) {
      assertThat(overview.output()).contains("\n  " + command);
    }
  }

  @Test
  void aPlaceThatCannotBeWrittenAndAPortThatIsTakenAreNamed() throws IOException {
    Launcher.Ended nowhere = holdfast.run("up", "--data", "/proc/holdfast");
    assertThat(nowhere.exitCode()).isEqualTo(1);
    assertThat(nowhere.output()).contains("cannot create /proc/holdfast", "--data");

    int port = freePort();
    try (ServerSocket taken = new ServerSocket(port + 101, 1, InetAddress.getLoopbackAddress())) {
      Launcher.Ended ended = holdfast.run("up", "--port", Integer.toString(port));
      assertThat(ended.exitCode()).isEqualTo(1);
      assertThat(ended.output())
          .contains("port " + taken.getLocalPort(), "of node n2", "is taken", "--port");
    }
  }

  /** A port such that all that a cluster takes from there on are free. */
  private static int freePort() throws IOException {
    for (int port = 20_000; port < 30_000; port += 20) {
      if (isFree(port)) {
        return port;
      }
    }
    throw new IOException("no ports are free");
  }

  private static boolean isFree(int port) {
    for (int offset : List.of(0, 100, 200, 300)) {
      for (int node = 0; node < NODE_COUNT; node++) {
        try (ServerSocket socket = new ServerSocket()) {
          socket.setReuseAddress(true);
          socket.bind(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), port + offset + node));
        } catch (IOException e) {
          return false;
        }
      }
    }
    return true;
  }

  private int runningCount() {
    return (int) List.of("n1", "n2", "n3").stream().filter(n -> process(n).isPresent()).count();
  }

  private Optional<ProcessHandle> process(String node) {
    try {
      String pid = Files.readString(home.resolve("data").resolve(node).resolve("node.pid"));
      return ProcessHandle.of(Long.parseLong(pid.trim())).filter(ProcessHandle::isAlive);
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static void createTableAndPut(int port) {
    try (DynamoDbClient client = client(port)) {
      AwsSdk.createTable(client, "things");
      client.putItem(r -> r.tableName("things").item(key()));
      TableOperations.assertTheyWork(client, "things");
    }
    assertThat(isThere(port + 1)).isTrue();
  }

  private static boolean isThere(int port) {
    try (DynamoDbClient client = client(port)) {
      return client.getItem(r -> r.tableName("things").key(key()).consistentRead(true)).hasItem();
    } catch (SdkException e) {
      return false; // not yet up
    }
  }

  private static Map<String, AttributeValue> key() {
    return Map.of("k", AttributeValue.fromS("thing"));
  }

  private static DynamoDbClient client(int port) {
    return AwsSdk.client(URI.create("http://127.0.0.1:" + port));
  }
}
