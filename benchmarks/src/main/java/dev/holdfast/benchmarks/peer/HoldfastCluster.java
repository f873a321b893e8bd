package dev.holdfast.benchmarks.peer;

import dev.holdfast.benchmarks.load.ProcessCpu;
import dev.holdfast.benchmarks.load.SampleItem;
import dev.holdfast.client.HoldfastClient;
import dev.holdfast.client.TableSpec;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.model.ScalarType;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A cluster that {@code ./holdfast up} has started on this machine; it is found by its data
 * directory and is not stopped here.
 *
 * @param httpAddresses DynamoDB endpoints, in order of nodes
 * @param rpcAddresses of the native protocol, in the same order, as host:port
 * @param processes of the nodes that live
 */
public record HoldfastCluster(
    List<InetSocketAddress> httpAddresses, List<String> rpcAddresses, ProcessCpu processes) {
  private static final String CONFIGURATION = "cluster.properties";

  /** Elections take a second or two on a busy machine. */
  private static final int LEADER_TRIES_MAX = 100;

  private static final Duration LEADER_PAUSE = Duration.ofMillis(100);

  public HoldfastCluster {
    httpAddresses = List.copyOf(httpAddresses);
    rpcAddresses = List.copyOf(rpcAddresses);
  }

  /** Reads the configuration and the process ids that the cluster left in its directory. */
  public static HoldfastCluster in(Path data) {
    Path file = data.resolve(CONFIGURATION);
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "no cluster in " + data + "; start one: ./holdfast up --detach --data " + data, e);
    }
    TreeSet<String> nodes = new TreeSet<>();
    for (String key : properties.stringPropertyNames()) {
      if (key.startsWith("node.") && key.endsWith(".http")) {
        nodes.add(key.substring("node.".length(), key.length() - ".http".length()));
      }
    }
    return new HoldfastCluster(
        nodes.stream().map(node -> address(properties, "node." + node + ".http")).toList(),
        nodes.stream().map(node -> properties.getProperty("node." + node + ".rpc")).toList(),
        new ProcessCpu(nodes.stream().flatMap(node -> pid(data.resolve(node))).toList()));
  }

  /** The endpoint of the node that leads where table {@code bench} begins; blocks. */
  public InetSocketAddress leaderHttpAddress() {
    return httpAddresses.get(leader());
  }

  /** The endpoint of another node; blocks. */
  public InetSocketAddress followerHttpAddress() {
    return httpAddresses.get((leader() + 1) % httpAddresses.size());
  }

  /** The process of the node that leads where table {@code bench} begins; blocks. */
  public long leaderPid() {
    if (processes.pids().size() != rpcAddresses.size()) {
      throw new IllegalStateException("every node must be up, on this machine");
    }
    return processes.pids().get(leader());
  }

  /**
   * Makes the tables of so many places, each in a partition of its own; blocks.
   *
   * @return their names; the first is {@code bench}
   */
  public List<String> tablesApart(int count) {
    return List.copyOf(tables(count).keySet());
  }

  /** Where the tables of so many places lie and who leads there, for people; blocks. */
  public String whereTablesLie(int count) {
    Map<String, PartitionId> tables = tables(count);
    Map<PartitionId, Integer> leaders = leaders();
    return tables.entrySet().stream()
        .map(
            table ->
                table.getKey()
                    + " in "
                    + table.getValue()
                    + " led by "
                    + rpcAddresses.get(leaders.getOrDefault(table.getValue(), 0)))
        .collect(Collectors.joining(", "));
  }

  private Map<String, PartitionId> tables(int count) {
    HoldfastClient.Builder builder = HoldfastClient.builder();
    rpcAddresses.forEach(builder::address);
    try (HoldfastClient client = builder.build();
        NodeQuestions questions = new NodeQuestions(rpcAddresses)) {
      return new TablesApart(client, questions.map()).make(count);
    }
  }

  /** Of the partition in which single items are written. */
  private int leader() {
    PartitionId partition = tables(1).values().iterator().next();
    for (int tries = 0; tries < LEADER_TRIES_MAX; tries++) {
      Integer leader = leaders().get(partition);
      if (leader != null) {
        return leader;
      }
      LockSupport.parkNanos(LEADER_PAUSE.toNanos()); // an election is going on
    }
    throw new IllegalStateException("no node says that it leads " + partition);
  }

  /** Operations per second that each node serves as a leader, averaged over a minute; blocks. */
  public List<Double> leaderLoads() {
    try (NodeQuestions questions = new NodeQuestions(rpcAddresses)) {
      return questions.leaderLoads();
    }
  }

  /** Of data, as the map has it now; blocks. */
  public int partitionCount() {
    try (NodeQuestions questions = new NodeQuestions(rpcAddresses)) {
      return questions.map().partitions().size();
    }
  }

  /** Makes a table that begins with so many partitions; one of that name is taken as it is. */
  public void makeTable(String name, int partitions) {
    try (HoldfastClient client = HoldfastClient.connect(rpcAddresses.toArray(String[]::new))) {
      client
          .createTable(
              TableSpec.named(name)
                  .partitionKey(SampleItem.KEY_ATTRIBUTE, ScalarType.S)
                  .partitions(partitions))
          .handle((made, failure) -> made)
          .thenCompose(made -> client.waitUntilActive(name))
          .join();
    }
  }

  private Map<PartitionId, Integer> leaders() {
    try (NodeQuestions questions = new NodeQuestions(rpcAddresses)) {
      return questions.leaders();
    }
  }

  private static InetSocketAddress address(Properties properties, String key) {
    String address = properties.getProperty(key);
    int colon = address.lastIndexOf(':');
    return InetSocketAddress.createUnresolved(
        address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
  }

  private static Stream<Long> pid(Path node) {
    try {
      long pid = Long.parseLong(Files.readString(node.resolve("node.pid")).trim());
      return ProcessHandle.of(pid).map(ProcessHandle::pid).stream();
    } catch (IOException e) {
      return Stream.empty(); // this node is down
    }
  }
}
