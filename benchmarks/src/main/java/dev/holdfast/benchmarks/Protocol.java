package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.driver.HttpTarget;
import dev.holdfast.benchmarks.driver.NativeTarget;
import dev.holdfast.benchmarks.load.Target;
import dev.holdfast.benchmarks.peer.HoldfastCluster;
import dev.holdfast.benchmarks.peer.HoldfastPeer;
import dev.holdfast.benchmarks.peer.Peer;
import java.util.List;

/** How a load reaches Holdfast. */
enum Protocol {
  /** The Java client: straight to the leader. */
  NATIVE,
  /** DynamoDB JSON over HTTP to the node that leads. */
  HTTP,
  /** DynamoDB JSON over HTTP to a node that does not lead and forwards. */
  HTTP_FORWARDED,
  /** DynamoDB JSON over HTTP, connections spread over all nodes. */
  HTTP_ALL;

  Peer of(HoldfastCluster cluster) {
    return new HoldfastPeer(cluster, lanes -> target(cluster, lanes));
  }

  private Target target(HoldfastCluster cluster, int laneCount) {
    return switch (this) {
      case NATIVE ->
          new NativeTarget(CompareCommand.NATIVE, cluster.rpcAddresses(), cluster::tablesApart);
      case HTTP ->
          new HttpTarget(
              CompareCommand.HTTP,
              cluster::tablesApart,
              () -> List.of(cluster.leaderHttpAddress()),
              laneCount);
      case HTTP_FORWARDED ->
          new HttpTarget(
              CompareCommand.HTTP_FORWARDED,
              cluster::tablesApart,
              () -> List.of(cluster.followerHttpAddress()),
              laneCount);
      case HTTP_ALL ->
          new HttpTarget(
              CompareCommand.HTTP_ALL, cluster::tablesApart, cluster::httpAddresses, laneCount);
    };
  }
}
