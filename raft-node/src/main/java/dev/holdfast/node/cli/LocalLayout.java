package dev.holdfast.node.cli;

import dev.holdfast.node.config.Balancing;
import dev.holdfast.node.config.ClusterConfig;
import dev.holdfast.node.config.HostPort;
import dev.holdfast.node.config.Tuning;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How {@code up} lays out nodes over the ports of this machine. */
final class LocalLayout {
  static final int NODE_COUNT_MAX = 99;
  private static final String LOOPBACK = "127.0.0.1";
  private static final int RPC_OFFSET = 100;
  private static final int RAFT_OFFSET = 200;
  private static final int ADMIN_OFFSET = 300;
  private static final int PORT_MAX = 65_535;

  private LocalLayout() {}

  /** Node i, from 0, is called n(i+1) and serves HTTP on {@code port + i}. */
  static ClusterConfig config(
      String clusterId, int nodeCount, int port, int partitionCount, Path directory)
      throws CommandFailure {
    if (nodeCount < 1 || nodeCount > NODE_COUNT_MAX) {
      throw new CommandFailure("--nodes must be between 1 and " + NODE_COUNT_MAX);
    }
    if (port < 1 || port + ADMIN_OFFSET + nodeCount > PORT_MAX) {
      throw new CommandFailure(
          "--port must be between 1 and " + (PORT_MAX - ADMIN_OFFSET - nodeCount));
    }
    List<ClusterMap.Node> nodes = new ArrayList<>();
    for (int i = 0; i < nodeCount; i++) {
      nodes.add(
          new ClusterMap.Node(
              new NodeId("n" + (i + 1)),
              address(port + RAFT_OFFSET + i),
              address(port + RPC_OFFSET + i),
              address(port + i),
              address(port + ADMIN_OFFSET + i)));
    }
    return new ClusterConfig(
        clusterId,
        nodes,
        partitionCount,
        ClusterConfig.REPLICA_COUNT_DEFAULT,
        directory,
        Tuning.DEFAULT.sharedBy(nodeCount),
        Balancing.DEFAULT);
  }

  /** A node that joins, with the distances between its ports that the others have. */
  static ClusterMap.Node node(NodeId id, String host, int port) throws CommandFailure {
    if (port < 1 || port + ADMIN_OFFSET > PORT_MAX) {
      throw new CommandFailure("--port must be between 1 and " + (PORT_MAX - ADMIN_OFFSET));
    }
    return new ClusterMap.Node(
        id,
        host + ":" + (port + RAFT_OFFSET),
        host + ":" + (port + RPC_OFFSET),
        host + ":" + port,
        host + ":" + (port + ADMIN_OFFSET));
  }

  private static String address(int port) {
    return LOOPBACK + ":" + port;
  }

  /** Fails, naming the port and what it is for, when something else listens on it. */
  static void requireFreePorts(ClusterMap.Node node) throws CommandFailure {
    for (ClusterConfig.Service service : ClusterConfig.Service.values()) {
      HostPort address = HostPort.parse(service.addressOf(node));
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true); // as the servers do: a connection in TIME_WAIT is no user
        socket.bind(new InetSocketAddress(address.host(), address.port()));
      } catch (IOException e) {
        throw new CommandFailure(
            "port "
                + address.port()
                + " (for "
                + service.purpose()
                + " of node "
                + node.id()
                + ") is taken: "
                + e.getMessage()
                + "; stop what uses it, or choose other ports with --port");
      }
    }
  }
}
