package dev.holdfast.node;

import dev.holdfast.client.Document;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.SyncTable;
import dev.holdfast.client.TableSpec;
import dev.holdfast.node.config.Balancing;
import dev.holdfast.node.config.ClusterConfig;
import dev.holdfast.node.config.Tuning;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.ScalarType;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Three nodes in one process that do once what nodes do: start, elect, split, write, read, hand
 * leadership over, stop. The build runs it to have the JVM archive the classes that it loads (class
 * data sharing, JEP 350). With the archive a node starts in about half the time, and its first turn
 * as a leader does not begin with loading the code of leaders. Without it everything works as well.
 */
public final class Rehearsal {
  private static final int NODE_COUNT = 3;
  private static final int PARTITION_COUNT = 4; // so it splits; as many as a table may begin with
  private static final int WRITE_COUNT = 50;
  private static final int PORTS_OF_A_NODE = 4;
  private static final String TABLE = "rehearsal";
  private static final Duration TIME_LIMIT = Duration.ofMinutes(1);

  private Rehearsal() {}

  /**
   * Takes the archive that the JVM will write at its exit; works in a directory beside it, which is
   * gone afterwards. Never fails: an archive is no reason not to build. A rehearsal that came to
   * its end leaves a file beside the archive, whose name ends with {@code .whole}.
   */
  public static void main(String[] arguments) {
    Thread watch = new Thread(Rehearsal::giveUpInTime, "watch");
    watch.setDaemon(true);
    watch.start();
    try {
      Path archive = Path.of(arguments[0]);
      Path whole = archive.resolveSibling(archive.getFileName() + ".whole");
      Files.deleteIfExists(whole);
      Files.deleteIfExists(archive);
      Path directory = Files.createTempDirectory(archive.getParent(), "rehearsal-");
      try {
        rehearse(config(directory));
        Files.createFile(whole);
      } finally {
        delete(directory);
      }
    } catch (IOException | RuntimeException e) {
      giveUp(e.toString());
    }
    System.exit(0); // runs no shutdown hook of ours; the JVM writes its archive here
  }

  private static void giveUpInTime() {
    LockSupport.parkNanos(TIME_LIMIT.toNanos());
    giveUp("not done after " + TIME_LIMIT.toSeconds() + " s");
  }

  /** Ends this process without an archive. */
  private static void giveUp(String reason) {
    System.err.println("no class archive, so nodes will start more slowly: " + reason);
    Runtime.getRuntime().halt(0);
  }

  private static RuntimeException fault(String message, Throwable cause) {
    giveUp(message + ": " + cause);
    return new IllegalStateException(message, cause);
  }

  private static void rehearse(ClusterConfig config) throws IOException {
    List<Node> running = new ArrayList<>();
    try {
      for (ClusterMap.Node node : config.nodes()) {
        running.add(Node.start(new NodeOptions(config, node.id()), Rehearsal::fault));
      }
      String[] addresses =
          config.nodes().stream().map(ClusterMap.Node::rpcAddress).toArray(String[]::new);
      try (HoldfastClient client = HoldfastClient.connect(addresses)) {
        client
            .sync()
            .createTable(
                TableSpec.named(TABLE).partitionKey("k", ScalarType.S).partitions(PARTITION_COUNT));
        use(client.sync().table(TABLE), config);
        for (int stopped = 0; stopped < NODE_COUNT / 2; stopped++) {
          running.remove(0).close();
          use(client.sync().table(TABLE), config);
        }
      }
    } finally {
      running.forEach(Node::close);
    }
  }

  private static void use(SyncTable table, ClusterConfig config) throws IOException {
    ClusterMap.Node last = config.nodes().get(NODE_COUNT - 1);
    String key = "{\"TableName\":\"" + TABLE + "\",\"Key\":{\"k\":{\"S\":\"http\"}}";
    for (int i = 0; i < WRITE_COUNT; i++) {
      table.put(Document.builder().set("k", "native").set("v", i).build());
      call(
          last,
          "UpdateItem",
          key
              + ",\"UpdateExpression\":\"ADD v :one\","
              + "\"ExpressionAttributeValues\":{\":one\":{\"N\":\"1\"}}}");
      call(last, "GetItem", key + ",\"ConsistentRead\":true}");
    }
    call(last, "Scan", "{\"TableName\":\"" + TABLE + "\"}");
  }

  private static void call(ClusterMap.Node node, String operation, String body) throws IOException {
    URLConnection connection = URI.create("http://" + node.httpAddress()).toURL().openConnection();
    HttpURLConnection http = (HttpURLConnection) connection;
    http.setConnectTimeout((int) TIME_LIMIT.toMillis());
    http.setReadTimeout((int) TIME_LIMIT.toMillis());
    http.setDoOutput(true);
    http.setRequestProperty("X-Amz-Target", "DynamoDB_20120810." + operation);
    http.setRequestProperty("Content-Type", "application/x-amz-json-1.0");
    http.setRequestProperty(
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/dynamodb/aws4_request,"
            + " SignedHeaders=host;x-amz-date, Signature=0");
    http.setRequestProperty("X-Amz-Date", "20260101T000000Z");
    http.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
    if (http.getResponseCode() != HttpURLConnection.HTTP_OK) {
      throw new IOException(operation + " answered " + http.getResponseCode());
    }
    http.getInputStream().readAllBytes();
  }

  private static ClusterConfig config(Path directory) throws IOException {
    List<ServerSocket> ports = new ArrayList<>();
    try {
      for (int i = 0; i < NODE_COUNT * PORTS_OF_A_NODE; i++) {
        ports.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
    } finally {
      for (ServerSocket port : ports) {
        port.close();
      }
    }
    List<String> addresses =
        ports.stream().map(port -> "127.0.0.1:" + port.getLocalPort()).toList();
    List<ClusterMap.Node> nodes = new ArrayList<>();
    for (int i = 0; i < NODE_COUNT; i++) {
      List<String> own = addresses.subList(i * PORTS_OF_A_NODE, (i + 1) * PORTS_OF_A_NODE);
      nodes.add(
          new ClusterMap.Node(
              new NodeId("n" + (i + 1)), own.get(0), own.get(1), own.get(2), own.get(3)));
    }
    return new ClusterConfig(
        TABLE, nodes, 2, NODE_COUNT, directory, Tuning.DEFAULT, Balancing.DEFAULT);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
