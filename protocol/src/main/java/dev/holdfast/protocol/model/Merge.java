package dev.holdfast.protocol.model;

/**
 * A merge as the meta group knows it.
 *
 * @param absorbed whether the map says so already; then what is left to do is to remove the right
 *     partition's replicas from their nodes
 */
public record Merge(MergeOperation operation, boolean absorbed) {}
