package dev.holdfast.node;

import dev.holdfast.node.config.Balancing;
import dev.holdfast.node.config.ClusterConfig;
import dev.holdfast.node.config.HostPort;
import dev.holdfast.node.config.Tuning;
import dev.holdfast.node.consensus.ConsensusOptions;
import dev.holdfast.node.consensus.Peer;
import dev.holdfast.node.consensus.ScrubOptions;
import dev.holdfast.node.control.SteeringOptions;
import dev.holdfast.node.http.HttpOptions;
import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.KeyRange;
import dev.holdfast.protocol.model.NodeId;
import dev.holdfast.protocol.model.PartitionId;
import dev.holdfast.statemachine.rocksdb.RocksOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/** One node of a cluster: its configuration, turned into the options of its parts. */
record NodeOptions(ClusterConfig cluster, NodeId id) {
  private static final int ROCKS_THREADS = 2;

  /** How often the meta leader looks for work when nobody tells it of any, and sends heartbeats. */
  static final Duration SWEEP_PERIOD = Duration.ofSeconds(1);

  /**
   * How far the times of two nodes may be apart (R12): far less than the deadlines of transactions
   * lie ahead, far more than clocks that are kept in step by NTP ever differ.
   */
  static final Duration CLOCK_OFFSET_MAX = Duration.ofMillis(500);

  ClusterMap.Node node() {
    return cluster
        .node(id)
        .orElseThrow(() -> new NoSuchElementException("no node " + id + " in the cluster"));
  }

  Path directory() {
    return cluster.directoryOf(id);
  }

  /** Where a service of this node listens. */
  HostPort address(ClusterConfig.Service service) {
    return HostPort.parse(cluster.listenAddress(node(), service));
  }

  Peer peer() {
    return new Peer(id, node().raftAddress());
  }

  List<Peer> peers() {
    return peers(cluster.nodes());
  }

  static List<Peer> peers(List<ClusterMap.Node> nodes) {
    return nodes.stream().map(node -> new Peer(node.id(), node.raftAddress())).toList();
  }

  List<String> seeds() {
    return cluster.nodes().stream().map(ClusterMap.Node::rpcAddress).toList();
  }

  /** The meta group and the data partitions of a new cluster; who joins later has none of them. */
  List<ClusterMap.Partition> initialPartitions() {
    ClusterMap map = cluster.initialMap();
    if (map.partitions().isEmpty()) {
      return List.of();
    }
    List<NodeId> metaNodes =
        map.nodes().stream().map(ClusterMap.Node::id).limit(cluster.replicaCount()).toList();
    List<ClusterMap.Partition> partitions = new ArrayList<>();
    partitions.add(new ClusterMap.Partition(PartitionId.META, 0, KeyRange.ALL, metaNodes));
    partitions.addAll(map.partitions());
    return partitions;
  }

  ConsensusOptions consensus() {
    ConsensusOptions standard = ConsensusOptions.defaults(cluster.clusterId());
    Tuning tuning = cluster.tuning();
    return new ConsensusOptions(
        cluster.clusterId(),
        tuning.electionTimeoutMin(),
        tuning.electionTimeoutMax(),
        tuning.lease(),
        standard.clockDriftMax(),
        standard.limits(),
        tuning.snapshotEntries(),
        tuning.snapshotLogBytes(),
        standard.digestInterval(),
        standard.handoverTimeout(),
        standard.spreadWindow(),
        new ScrubOptions(tuning.scrubInterval(), tuning.scrubBytesPerSecondMax()),
        cluster.listenAddress(node(), ClusterConfig.Service.RAFT));
  }

  SteeringOptions steering() {
    Balancing balancing = cluster.balancing();
    return new SteeringOptions(
        balancing.planner(
            Math.min(cluster.replicaCount(), cluster.nodes().size()), cluster.partitionCount()),
        balancing.observer(),
        balancing.mode());
  }

  HttpOptions http() {
    HostPort address = address(ClusterConfig.Service.HTTP);
    Tuning tuning = cluster.tuning();
    return HttpOptions.onPort(address.port())
        .withHost(address.host())
        .withLimits(tuning.httpConnectionsMax(), tuning.httpRequestTimeout());
  }

  RocksOptions rocks() {
    Tuning tuning = cluster.tuning();
    return new RocksOptions(
        tuning.blockCacheBytes(),
        tuning.writeBufferBytes(),
        ROCKS_THREADS,
        directory().resolve("native"));
  }
}
