package dev.holdfast.benchmarks.peer;

import dev.holdfast.client.transport.ConnectionOptions;
import dev.holdfast.client.transport.NodeConnections;
import dev.holdfast.protocol.command.MetaRead;
import dev.holdfast.protocol.command.ReadResult;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.protocol.rpc.NodeReply;
import dev.holdfast.protocol.rpc.NodeRequest;
import dev.holdfast.protocol.rpc.NodeStatus;
import dev.holdfast.protocol.rpc.ReadMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Asks the nodes of a cluster how it is. All methods block. */
final class NodeQuestions implements AutoCloseable {
  private static final long TIMEOUT_MILLIS = 5_000;

  private final NodeConnections links = new NodeConnections(ConnectionOptions.defaults());
  private final List<String> addresses;

  /**
   * @param addresses of the native protocol
   */
  NodeQuestions(List<String> addresses) {
    this.addresses = addresses;
  }

  /** Data partitions and the node that leads each, as an index into the addresses. */
  Map<PartitionId, Integer> leaders() {
    Map<PartitionId, Integer> leaders = new HashMap<>();
    for (int node = 0; node < addresses.size(); node++) {
      int index = node;
      if (ask(index, new NodeRequest.AskStatus()).orElse(null) instanceof NodeReply.Status answer) {
        answer.status().replicas().stream()
            .filter(replica -> !replica.partition().isMeta())
            .filter(replica -> replica.role() == NodeStatus.Role.LEADER)
            .forEach(replica -> leaders.put(replica.partition(), index));
      }
    }
    return leaders;
  }

  /** Operations per second that each node serves as a leader, in the order of the addresses. */
  List<Double> leaderLoads() {
    return IntStream.range(0, addresses.size())
        .mapToObj(
            node ->
                ask(node, new NodeRequest.AskStatus()).orElse(null)
                        instanceof NodeReply.Status answer
                    ? answer.status().replicas().stream()
                        .filter(replica -> !replica.partition().isMeta())
                        .filter(replica -> replica.role() == NodeStatus.Role.LEADER)
                        .mapToDouble(
                            replica -> replica.readsPerSecond() + replica.writesPerSecond())
                        .sum()
                    : 0.0)
        .toList();
  }

  /** As the first node that answers has it. */
  ClusterMap map() {
    NodeRequest request =
        new NodeRequest.ReadFrom(
            PartitionId.META, 0, ReadMode.EVENTUAL, List.of(new MetaRead.GetMap()), TIMEOUT_MILLIS);
    for (int node = 0; node < addresses.size(); node++) {
      if (ask(node, request).orElse(null) instanceof NodeReply.ReadDone done
          && done.results().get(0) instanceof ReadResult.Map answer) {
        return answer.map();
      }
    }
    throw new IllegalStateException("no node tells the cluster's map");
  }

  @Override
  public void close() {
    links.close();
  }

  /** Empty for a node that is down. */
  private Optional<NodeReply> ask(int node, NodeRequest request) {
    return links
        .to(addresses.get(node))
        .ask(request)
        .orTimeout(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .<Optional<NodeReply>>handle((reply, failure) -> Optional.ofNullable(reply))
        .join();
  }
}
