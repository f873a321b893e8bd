package dev.holdfast.jepsen.cluster;

import dev.holdfast.jepsen.cluster.Addresses.Service;
import dev.holdfast.jepsen.disk.NodeDisk;
import dev.holdfast.jepsen.disk.Shim;
import dev.holdfast.jepsen.network.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of node processes on this machine, on free ports, in a directory of its own that {@link
 * #close} removes. Nodes are counted from 0; node 0 is called n1. Used by one thread.
 */
public final class LocalCluster implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);
  private static final List<String> USUAL_JAVA_OPTIONS =
      List.of("-Xms64m", "-Xmx384m", "-XX:+UseSerialGC");
  private static final String LOOPBACK = "127.0.0.1";
  private static final String FIRST_COMPILER_ONLY = "-XX:TieredStopAtLevel=1";

  private final Path directory;
  private final Addresses addresses;
  private final NodePages pages;
  private final Leaders leaders;
  private final @Nullable ServerProcess[] nodes;
  private final @Nullable Network network;
  private final Launch launch;
  private final Map<Integer, ClockFile> clocks = new HashMap<>();
  private final Map<Integer, FlushFile> flushes = new HashMap<>();
  private final @Nullable NodeDisk[] disks;
  private Build nodeBuild = Build.packaged();
  private List<String> nodeJavaOptions = USUAL_JAVA_OPTIONS;

  private LocalCluster(
      Path directory, Addresses addresses, Launch launch, @Nullable Network network) {
    this.directory = directory;
    this.launch = launch;
    this.addresses = addresses;
    this.pages = new NodePages(addresses);
    this.leaders = new Leaders(pages, addresses.nodeCount(), node -> node(node).isAlive());
    this.nodes = new @Nullable ServerProcess[addresses.nodeCount()];
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
          new LocalCluster(directory, addresses(network, nodeCount), launch, network);
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

  private static Addresses addresses(@Nullable Network network, int nodeCount) {
    return Addresses.on(
        IntStream.range(0, nodeCount).mapToObj(node -> host(network, node)).toList());
  }

  private static String host(@Nullable Network network, int node) {
    return network == null ? LOOPBACK : network.host(node);
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
      lines.addAll(addresses.configuration(node, name(node)));
      if (network != null) {
        lines.addAll(behind(network, node));
      }
    }
    Files.write(directory.resolve("cluster.properties"), lines);
  }

  /** The node listens where the network wants it to. */
  private List<String> behind(Network between, int node) {
    List<String> lines = new ArrayList<>();
    for (Service service : List.of(Service.RPC, Service.RAFT)) {
      int known = addresses.port(node, service);
      int behind = between.behind(node, known, () -> Ports.free(1).get(0));
      if (behind != known) {
        String listen = between.host(node) + ":" + behind;
        lines.add("node." + name(node) + "." + service.key() + ".listen=" + listen);
      }
    }
    return lines;
  }

  /** What connects the nodes; fails where it is nothing that could be broken. */
  public Network network() {
    if (network == null) {
      throw new AssertionError("this cluster has no network that can be broken");
    }
    return network;
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
            network == null ? List.of() : network.into(node),
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
    return holdfast(List.of(), Build.packaged(), log, options, Map.of(), command);
  }

  private ServerProcess holdfast(
      List<String> into,
      Build build,
      Path log,
      List<String> javaOptions,
      Map<String, String> environment,
      List<String> command) {
    List<String> arguments = new ArrayList<>(javaOptions);
    arguments.addAll(build.arguments());
    arguments.addAll(command);
    return ServerProcess.java(into, arguments, environment, log);
  }

  /**
   * Starts {@code holdfast partitions split} for one partition; the caller closes the process.
   *
   * @param by the node that is asked
   */
  public ServerProcess startSplit(int by, String partition) {
    return startCommand(by, "partitions", "split", "--partition", partition);
  }

  /** The command that merges a partition with the one after it, on its way. */
  public ServerProcess startMerge(int by, String left) {
    return startCommand(by, "partitions", "merge", "--partition", left);
  }

  /**
   * Starts any command on this cluster; the caller closes the process.
   *
   * @param by the node that is asked
   */
  public ServerProcess startCommand(int by, String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--endpoint", addresses.at(by, Service.HTTP)));
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
        Addresses where = Addresses.on(List.of(host(network, Network.OUTSIDE)));
        List<String> lines = new ArrayList<>(where.configuration(0, id));
        lines.add("cluster.id=" + directory.getFileName());
        lines.add("data.directory=.");
        Files.write(file, lines);
      }
      String member = addresses.at(0, Service.ADMIN);
      return holdfast(
          data.resolve(id + "-" + System.nanoTime() + ".log"),
          List.of("node", "--id", id, "--join", member, "--config", file.toString()));
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
    return pages.isReady(node);
  }

  /** What each node answers when it is asked whether it is ready, on one line. */
  private String health() {
    return IntStream.range(0, nodes.length)
        .mapToObj(
            node -> name(node) + (node(node).isAlive() ? ": " : " has ended: ") + health(node))
        .collect(Collectors.joining("; "));
  }

  private String health(int node) {
    return node(node).isAlive() ? pages.health(node) : node(node).lastWords();
  }

  /** The body of an admin page; empty unless it is answered with 200 in time. */
  public Optional<String> page(int node, String path) {
    return pages.page(node, path);
  }

  /** What a metric of a node says now; empty when it is not answered or not there. */
  public OptionalDouble metric(int node, String nameAndLabels) {
    return pages.metric(node, nameAndLabels);
  }

  /** Where a node keeps its replica of a partition, p1 for instance. */
  public Path replicaDirectory(int node, String partition) {
    return directory.resolve(name(node)).resolve("replicas").resolve(partition);
  }

  /** The node that leads the first data partition, as running nodes see it. */
  public int awaitLeader() {
    return leaders.awaitOtherThan(Leaders.NO_NODE);
  }

  /** The node that leads the first data partition once this one does not, as the others see it. */
  public int awaitLeaderOtherThan(int node) {
    return leaders.awaitOtherThan(node);
  }

  /** The node that leads the meta group. */
  public int awaitMetaLeader() {
    return leaders.awaitMetaOtherThan(Leaders.NO_NODE);
  }

  /** The node that leads the meta group once this one does not, as the others see it. */
  public int awaitMetaLeaderOtherThan(int node) {
    return leaders.awaitMetaOtherThan(node);
  }

  /** The DynamoDB endpoint of a node. */
  public URI endpoint(int node) {
    return URI.create("http://" + addresses.at(node, Service.HTTP));
  }

  /** The port of a node's DynamoDB endpoint. */
  public int httpPort(int node) {
    return addresses.port(node, Service.HTTP);
  }

  /** The native addresses of all nodes. */
  public String[] nativeAddresses() {
    return IntStream.range(0, nodes.length)
        .mapToObj(node -> addresses.at(node, Service.RPC))
        .toArray(String[]::new);
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
