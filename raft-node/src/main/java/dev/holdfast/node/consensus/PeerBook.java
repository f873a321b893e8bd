package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.protocol.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.protocol.RaftPeer;
import org.jspecify.annotations.Nullable;

/** The nodes that this one has ever been told of, and where they are reached. Thread-safe. */
final class PeerBook {
  private final Peer self;
  private final Map<NodeId, Peer> peers = new ConcurrentHashMap<>();

  PeerBook(Peer self) {
    this.self = self;
  }

  Peer self() {
    return self;
  }

  /** Returns those that are new, or have moved. */
  List<Peer> learn(Collection<Peer> told) {
    return told.stream().filter(peer -> !peer.equals(peers.put(peer.node(), peer))).toList();
  }

  Set<NodeId> nodes() {
    return Set.copyOf(peers.keySet());
  }

  /** In the order of their names. */
  List<NodeId> others() {
    return peers.keySet().stream().filter(node -> !node.equals(self.node())).sorted().toList();
  }

  /** Null when nobody has told of this node. */
  @Nullable Peer peer(NodeId node) {
    return peers.get(node);
  }

  /**
   * As {@link #peer}.
   *
   * @throws IllegalArgumentException when nobody has told of this node
   */
  Peer known(NodeId node) {
    Peer peer = peers.get(node);
    if (peer == null) {
      throw new IllegalArgumentException("no address of node " + node);
    }
    return peer;
  }

  /**
   * The members that a replica's group begins with; a configuration on disk replaces them, once
   * there is one.
   *
   * @param joined if it came to a group that there was, the members of that; it joins as a listener
   */
  List<RaftPeer> members(ClusterMap.Partition partition, @Nullable JoinedFile joined) {
    if (joined == null) {
      return partition.replicas().stream().map(this::known).map(RatisPeers::of).toList();
    }
    List<RaftPeer> members = new ArrayList<>();
    joined.members().forEach(member -> members.add(RatisPeers.of(member)));
    members.add(
        RatisPeers.listener(self)); // never empty: who is in no group at all cannot vote later
    return members;
  }
}
