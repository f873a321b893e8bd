package dev.holdfast.benchmarks.peer;

import dev.holdfast.benchmarks.load.ProcessCpu;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
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
