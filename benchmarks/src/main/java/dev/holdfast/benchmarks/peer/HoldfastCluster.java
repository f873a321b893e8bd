package dev.holdfast.benchmarks.peer;

import dev.holdfast.benchmarks.load.ProcessCpu;
import dev.holdfast.client.routing.NodeLink;
import dev.holdfast.client.transport.ConnectionOptions;
import dev.holdfast.client.transport.NodeConnections;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
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
  private static final long STATUS_TIMEOUT_MILLIS = 5_000;

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

  /** The endpoint of the node that leads the most data partitions now; blocks. */
  public InetSocketAddress leaderHttpAddress() {
    return httpAddresses.get(leader());
  }

  /** The endpoint of a node that leads fewer of them; blocks. */
  public InetSocketAddress followerHttpAddress() {
    return httpAddresses.get((leader() + 1) % httpAddresses.size());
  }

  /** The process of the node that leads the most data partitions now; blocks. */
  public long leaderPid() {
    if (processes.pids().size() != rpcAddresses.size()) {
      throw new IllegalStateException("every node must be up, on this machine");
    }
    return processes.pids().get(leader());
  }

  private int leader() {
    int leader = -1;
    long most = 0;
    try (NodeConnections links = new NodeConnections(ConnectionOptions.defaults())) {
      for (int node = 0; node < rpcAddresses.size(); node++) {
        long led = partitionsLed(links.to(rpcAddresses.get(node)));
        if (led > most) {
          leader = node;
          most = led;
        }
      }
    }
    if (leader < 0) {
      throw new IllegalStateException("no node says that it leads a data partition");
    }
    return leader;
  }

  /** Zero for a node that is down. */
  private static long partitionsLed(NodeLink node) {
    return node.ask(new NodeRequest.AskStatus())
        .orTimeout(STATUS_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .handle(
            (reply, failure) ->
                reply instanceof NodeReply.Status answer
                    ? answer.status().replicas().stream()
                        .filter(replica -> !replica.partition().isMeta())
                        .filter(replica -> replica.role() == NodeStatus.Role.LEADER)
                        .count()
                    : 0L)
        .join();
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
