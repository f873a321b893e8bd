package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.ClusterMap;
import dev.holdfast.statemachine.spi.KnownOutcomes;

/**
 * What a read may know besides the snapshot.
 *
 * @param partition identity, range and epoch at that moment (replication.md L7)
 * @param stampMicros of the last entry applied at that moment
 * @param outcomes of the attempts whose intents are met
 * @param versions of this moment's items
 */
public record ReadContext(
    ClusterMap.Partition partition,
    long stampMicros,
    KnownOutcomes outcomes,
    ItemVersions versions) {}
