package dev.holdfast.node.consensus;

import dev.holdfast.protocol.model.NodeId;

/**
 * A node that may hold replicas.
 *
 * @param raftAddress {@code host:port} where it serves Raft
 */
public record Peer(NodeId node, String raftAddress) {}
