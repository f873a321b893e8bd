package dev.holdfast.jepsen.cluster;

import dev.holdfast.jepsen.disk.NodeDisk;
import dev.holdfast.jepsen.disk.Shim;
import dev.holdfast.jepsen.network.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of node processes on this machine, on free ports, in a directory of its own that {@link
 * #close} removes. Nodes are counted from 0; node 0 is called n1. Used by one thread.
 */
public final class LocalCluster implements AutoCloseable {
  private static final int PORT_FIRST = 12_000;
  private static final int PORT_END = 32_000; // where Linux begins to choose
  private static final int PORT_TRIES = 1_000;
  private static final int PORTS_OF_A_NODE = 4;
  private static final int RPC = 1; // the second service, before Raft
  private static final int NO_NODE = -1;
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final Duration PAGE_WITHIN = Duration.ofSeconds(2);
  private static final List<String> USUAL_JAVA_OPTIONS =
      List.of("-Xms64m", "-Xmx384m", "-XX:+UseSerialGC");
  private static final String FIRST_COMPILER_ONLY = "-XX:TieredStopAtLevel=1";
  private static final Pattern LEADER = Pattern.compile("\"leader\"\\s*:\\s*\"(n\\d+)\"");

  private final Path directory;
  private final List<Integer> ports;
  private final @Nullable ServerProcess[] nodes;
  private final @Nullable Network network;
  private final Launch launch;
  private final Map<Integer, ClockFile> clocks = new HashMap<>();
  private final Map<Integer, FlushFile> flushes = new HashMap<>();
  private final @Nullable NodeDisk[] disks;
  private Build nodeBuild = Build.packaged();
  private List<String> nodeJavaOptions = USUAL_JAVA_OPTIONS;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private LocalCluster(
      Path directory, List<Integer> ports, Launch launch, @Nullable Network network) {
    this.directory = directory;
    this.launch = launch;
    this.ports = ports;
    this.nodes = new @Nullable ServerProcess[ports.size() / PORTS_OF_A_NODE];
    this.network = network;
    this.disks = new @Nullable NodeDisk[nodes.length];
  }

  /** What nodes keep their data on. */
  public enum Disks {
    /** The disk of this machine. */
    OF_THE_MACHINE,
    /** The same, seen through a shim that can forget and fail. */
    THAT_CAN_FAIL
  }

  /** Starts a fresh cluster and waits until it serves. */
  public static LocalCluster start(int nodeCount, int partitionCount, String... options) {
    return start(Launch.PLAIN, null, Disks.OF_THE_MACHINE, nodeCount, partitionCount, options);
  }

  /**
   * The same, with all connections to its nodes through a network that can be broken; but not those
   * to the DynamoDB endpoints and the pages.
   */
  public static LocalCluster startIn(
      Network network, int nodeCount, int partitionCount, String... options) {
    return start(Launch.PLAIN, network, Disks.OF_THE_MACHINE, nodeCount, partitionCount, options);
  }

  /**
   * The same, with nodes that are started in a way of their own, with or without a network, and on
   * disks that can be broken or not.
   */
  public static LocalCluster start(
      Launch launch,
      @Nullable Network network,
      Disks disks,
      int nodeCount,
      int partitionCount,
      String... options) {
    try {
      Path directory = Files.createTempDirectory("holdfast-test-");
      LocalCluster cluster =
          new LocalCluster(directory, freePorts(nodeCount * PORTS_OF_A_NODE), launch, network);
      List<String> configuration = new ArrayList<>(launch.configuration());
      configuration.addAll(List.of(options));
      cluster.writeConfiguration(partitionCount, configuration);
      try {
        if (disks == Disks.THAT_CAN_FAIL) {
          cluster.standBetweenNodesAndDisks();
        }
        IntStream.range(0, nodeCount).forEach(cluster::startNode);
        cluster.awaitReady();
        return cluster;
      } catch (AssertionError | RuntimeException e) {
        cluster.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void standBetweenNodesAndDisks() {
    Shim shim = Shim.compile(directory);
    for (int node = 0; node < nodes.length; node++) {
      Path journals = directory.resolve(name(node) + ".journals");
      disks[node] = new NodeDisk(shim, directory.resolve(name(node)), journals);
    }
  }

  /** The disk of a node; there must be one that can fail. */
  public NodeDisk disk(int node) {
    NodeDisk disk = disks[node];
    if (disk == null) {
      throw new IllegalStateException(name(node) + " is on the disk of the machine");
    }
    return disk;
  }

  private void writeConfiguration(int partitionCount, List<String> options) throws IOException {
    List<String> lines = new ArrayList<>(options);
    lines.add("cluster.id=" + directory.getFileName());
    lines.add("cluster.partitions=" + partitionCount);
    lines.add("data.directory=.");
    for (int node = 0; node < nodes.length; node++) {
      List<String> services = List.of("http", "rpc", "raft", "admin");
      for (int service = 0; service < services.size(); service++) {
        lines.add("node." + name(node) + "." + services.get(service) + "=" + at(node, service));
      }
      if (network != null) {
        lines.addAll(behind(network, node));
      }
    }
    Files.write(directory.resolve("cluster.properties"), lines);
  }

  /** The node listens where only the network reaches it. */
  private List<String> behind(Network between, int node) throws IOException {
    List<String> lines = new ArrayList<>();
    List<Integer> behind = freePorts(2);
    for (int i = 0; i < behind.size(); i++) {
      int service = RPC + i;
      between.forward(ports.get(node * PORTS_OF_A_NODE + service), node, behind.get(i));
      String name = service == RPC ? "rpc" : "raft";
      lines.add("node." + name(node) + "." + name + ".listen=127.0.0.1:" + behind.get(i));
    }
    return lines;
  }

  /** What connects the nodes, if it can be broken. */
  public Optional<Network> network() {
    return Optional.ofNullable(network);
  }

  /** All at once, so that they differ; another process may still take one before we do. */
  public static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(free());
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  /**
   * Not one that the system would choose: it gives those to outgoing connections, too, and a node
   * that is started again may find one of them on its port.
   */
  private static ServerSocket free() throws IOException {
    IOException last = new IOException("not tried");
    for (int i = 0; i < PORT_TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(PORT_FIRST, PORT_END);
      try {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
      } catch (IOException e) {
        last = e; // taken
      }
    }
    throw last;
  }

  public int size() {
    return nodes.length;
  }

  /** Starts a node that is not running; its data are what it left behind. */
  public void startNode(int node) {
    String config = directory.resolve("cluster.properties").toString();
    NodeDisk disk = disks[node];
    ServerProcess process =
        holdfast(
            nodeBuild,
            directory.resolve(name(node) + ".log"),
            optionsOf(node),
            disk == null ? Map.of() : disk.environment(),
            List.of("node", "--id", name(node), "--config", config));
    if (network != null) {
      network.isNode(process.pid(), node);
    }
    nodes[node] = process;
  }

  private List<String> optionsOf(int node) {
    List<String> options = new ArrayList<>(nodeJavaOptions);
    if (launch.compilers() == Launch.Compilers.FIRST) {
      options.add(FIRST_COMPILER_ONLY);
    }
    options.addAll(agentOf(node));
    return options;
  }

  private List<String> agentOf(int node) {
    if (launch.agent().isEmpty()) {
      return List.of();
    }
    Path jar = directory.resolve("agent.jar");
    if (!Files.exists(jar)) {
      AgentJar.write(jar);
    }
    String files = directory.resolve(name(node)).toString();
    String told = String.join(",", launch.agent()).replace(Launch.FILE_OF_NODE, files);
    return List.of("-javaagent:" + jar + "=" + told);
  }

  /** The clocks of a node, if they were started to be steered. */
  public ClockFile clock(int node) {
    return clocks.computeIfAbsent(
        node, any -> new ClockFile(directory.resolve(name(node) + ClockFile.ENDING)));
  }

  /** The flushes of a node, if it was started so that they can be held. */
  public FlushFile flushes(int node) {
    return flushes.computeIfAbsent(
        node, any -> new FlushFile(directory.resolve(name(node) + FlushFile.ENDING), name(node)));
  }

  private ServerProcess holdfast(Path log, List<String> command) {
    List<String> options = new ArrayList<>(USUAL_JAVA_OPTIONS);
    options.add(FIRST_COMPILER_ONLY);
    return holdfast(Build.packaged(), log, options, Map.of(), command);
  }

  private ServerProcess holdfast(
      Build build,
      Path log,
      List<String> javaOptions,
      Map<String, String> environment,
      List<String> command) {
    List<String> arguments = new ArrayList<>(javaOptions);
    arguments.addAll(build.arguments());
    arguments.addAll(command);
    return ServerProcess.java(arguments, environment, log);
  }

  /**
   * Starts {@code holdfast partitions split} for one partition; the caller closes the process.
   *
   * @param by the node that is asked
   */
  public ServerProcess startSplit(int by, String partition) {
    String endpoint = at(by, 0);
    return holdfast(
        directory.resolve("split-" + partition + "-" + System.nanoTime() + ".log"),
        List.of("partitions", "split", "--partition", partition, "--endpoint", endpoint));
  }

  /** The command that merges a partition with the one after it, on its way. */
  public ServerProcess startMerge(int by, String left) {
    String endpoint = at(by, 0);
    return holdfast(
        directory.resolve("merge-" + left + "-" + System.nanoTime() + ".log"),
        List.of("partitions", "merge", "--partition", left, "--endpoint", endpoint));
  }

  /**
   * Starts any command on this cluster; the caller closes the process.
   *
   * @param by the node that is asked
   */
  public ServerProcess startCommand(int by, String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--endpoint", at(by, 0)));
    return holdfast(directory.resolve(command[0] + "-" + System.nanoTime() + ".log"), all);
  }

  /**
   * Starts a process that joins this cluster, or goes on where it stopped; the caller closes it.
   *
   * @param id what it is called
   * @param home a directory in this cluster's, which holds its configuration and its data
   */
  public ServerProcess startJoining(String id, String home) {
    try {
      Path data = Files.createDirectories(directory.resolve(home));
      Path file = data.resolve("joining.properties");
      if (!Files.exists(file)) {
        List<Integer> free = freePorts(PORTS_OF_A_NODE);
        List<String> lines = new ArrayList<>();
        lines.add("cluster.id=" + directory.getFileName());
        lines.add("data.directory=.");
        List<String> services = List.of("http", "rpc", "raft", "admin");
        for (int i = 0; i < PORTS_OF_A_NODE; i++) {
          lines.add("node." + id + "." + services.get(i) + "=127.0.0.1:" + free.get(i));
        }
        Files.write(file, lines);
      }
      return holdfast(
          data.resolve(id + "-" + System.nanoTime() + ".log"),
          List.of("node", "--id", id, "--join", at(0, 3), "--config", file.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The data partitions as the first node sees them that answers; empty when none does. */
  public List<PartitionView> partitions() {
    for (int i = 0; i < nodes.length; i++) {
      List<PartitionView> views = node(i).isAlive() ? partitionsBy(i) : List.of();
      if (!views.isEmpty()) {
        return views;
      }
    }
    return List.of();
  }

  /** The data partitions as this node sees them; empty when it does not answer. */
  public List<PartitionView> partitionsBy(int node) {
    return page(node, "/status").map(PartitionView::of).orElse(List.of());
  }

  /** Nodes that are started from now on get these instead of the small heap of the tests. */
  public void useJavaOptions(String... options) {
    nodeJavaOptions = List.of(options);
  }

  /** Nodes that are started from now on get that heap again. */
  public void useUsualJavaOptions() {
    nodeJavaOptions = USUAL_JAVA_OPTIONS;
  }

  /** Nodes that are started from now on are of this build. */
  public void useBuild(Build build) {
    nodeBuild = build;
  }

  public ServerProcess node(int node) {
    ServerProcess process = nodes[node];
    if (process == null) {
      throw new IllegalStateException(name(node) + " was never started");
    }
    return process;
  }

  /**
   * Waits until every node says that it serves reads and writes. The first line of the failure says
   * what each of them answers; what they wrote last goes to the standard output.
   */
  public Duration awaitReady() {
    try {
      return Await.until(
          () -> "all nodes ready; " + health(),
          READY_WITHIN,
          () -> {
            boolean ready = true;
            for (int i = 0; i < nodes.length; i++) {
              if (!node(i).isAlive()) {
                throw new AssertionError(name(i) + " has ended; " + health());
              }
              ready &= isReady(i);
            }
            return ready;
          });
    } catch (AssertionError e) {
      System.out.println(logs());
      throw e;
    }
  }

  public boolean isReady(int node) {
    return page(node, "/health/ready").isPresent();
  }

  /** What each node answers when it is asked whether it is ready, on one line. */
  private String health() {
    return IntStream.range(0, nodes.length)
        .mapToObj(
            node -> name(node) + (node(node).isAlive() ? ": " : " has ended: ") + health(node))
        .collect(Collectors.joining("; "));
  }

  private String health(int node) {
    if (!node(node).isAlive()) {
      return node(node).lastWords();
    }
    try {
      HttpResponse<String> answer = answer(node, "/health/ready");
      return answer.statusCode() + " " + answer.body().strip();
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** The body of an admin page; empty unless it is answered with 200 in time. */
  public Optional<String> page(int node, String path) {
    try {
      HttpResponse<String> answer = answer(node, path);
      return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private HttpResponse<String> answer(int node, String path) throws IOException {
    URI uri = URI.create("http://" + at(node, 3) + path);
    try {
      return http.send(
          HttpRequest.newBuilder(uri).timeout(PAGE_WITHIN).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What a metric of a node says now; empty when it is not answered or not there. */
  public OptionalDouble metric(int node, String nameAndLabels) {
    return page(node, "/metrics")
        .flatMap(
            text -> text.lines().filter(line -> line.startsWith(nameAndLabels + " ")).findFirst())
        .map(line -> OptionalDouble.of(Double.parseDouble(line.substring(line.lastIndexOf(' ')))))
        .orElse(OptionalDouble.empty());
  }

  /** Where a node keeps its replica of a partition, p1 for instance. */
  public Path replicaDirectory(int node, String partition) {
    return directory.resolve(name(node)).resolve("replicas").resolve(partition);
  }

  /** The node that leads the first data partition, as running nodes see it. */
  public int awaitLeader() {
    return awaitLeaderOtherThan(NO_NODE);
  }

  /** The node that leads the first data partition once this one does not, as the others see it. */
  public int awaitLeaderOtherThan(int node) {
    return awaitLeader("the first partition", node, this::leaderIn);
  }

  private int awaitLeader(String of, int otherThan, ToIntFunction<String> leader) {
    int[] found = {NO_NODE};
    Await.until(
        "a leader of " + of + (otherThan == NO_NODE ? "" : " other than " + name(otherThan)),
        READY_WITHIN,
        () -> {
          for (int i = 0; i < nodes.length && found[0] == NO_NODE; i++) {
            Optional<String> status = i == otherThan ? Optional.empty() : page(i, "/status");
            int seen = status.map(leader::applyAsInt).orElse(NO_NODE);
            found[0] = seen == otherThan ? NO_NODE : seen;
          }
          return found[0] != NO_NODE;
        });
    return found[0];
  }

  /** The node that leads the meta group. */
  public int awaitMetaLeader() {
    return awaitMetaLeaderOtherThan(NO_NODE);
  }

  /** The node that leads the meta group once this one does not, as the others see it. */
  public int awaitMetaLeaderOtherThan(int node) {
    return awaitLeader("the meta group", node, this::metaLeaderIn);
  }

  /** Of the first partition, and of no other that has one while it has none. */
  private int leaderIn(String status) {
    List<PartitionView> views = PartitionView.of(status);
    int leader = views.isEmpty() ? NO_NODE : views.get(0).leader();
    return leader != NO_NODE && node(leader).isAlive() ? leader : NO_NODE;
  }

  private int metaLeaderIn(String status) {
    int meta = status.indexOf("\"meta\"");
    int end = status.indexOf("\"partitions\"");
    if (meta < 0 || end < meta) {
      return NO_NODE;
    }
    Matcher leader = LEADER.matcher(status).region(meta, end);
    int node = leader.find() ? Integer.parseInt(leader.group(1).substring(1)) - 1 : NO_NODE;
    return node != NO_NODE && node(node).isAlive() ? node : NO_NODE;
  }

  /** The DynamoDB endpoint of a node. */
  public URI endpoint(int node) {
    return URI.create("http://" + at(node, 0));
  }

  /** The port of a node's DynamoDB endpoint. */
  public int httpPort(int node) {
    return ports.get(node * PORTS_OF_A_NODE);
  }

  /** The native addresses of all nodes. */
  public String[] nativeAddresses() {
    return IntStream.range(0, nodes.length).mapToObj(node -> at(node, 1)).toArray(String[]::new);
  }

  private String at(int node, int service) {
    return "127.0.0.1:" + ports.get(node * PORTS_OF_A_NODE + service);
  }

  /** What a node is called. */
  public static String name(int node) {
    return "n" + (node + 1);
  }

  /** What the nodes wrote last, for the report of a failure. */
  public String logs() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < nodes.length; i++) {
      text.append("---- ").append(name(i)).append('\n').append(node(i).logTail()).append('\n');
    }
    return text.toString();
  }

  /** Copies what every node has written. */
  public void copyLogs(Path to) {
    try {
      Files.createDirectories(to);
      for (int i = 0; i < nodes.length; i++) {
        Path log = directory.resolve(name(i) + ".log");
        if (Files.exists(log)) {
          Files.copy(log, to.resolve(name(i) + ".log"), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies all that nodes hold, but for libraries; they are killed first. */
  public void copyData(Path to) {
    for (ServerProcess node : nodes) {
      if (node != null) {
        node.close();
      }
    }
    Directories.copy(directory, to);
  }

  @Override
  public void close() {
    for (ServerProcess node : nodes) {
      if (node != null) {
        node.close();
      }
    }
    if (network != null) {
      network.close();
    }
    Directories.delete(directory);
  }
}
