package dev.holdfast.statemachine.replica;

import dev.holdfast.statemachine.spi.FaultHandler;

/**
 * What a replica needs of its surroundings.
 *
 * @param window what it remembers of request ids
 * @param faults called when it cannot go on, unless what it has stored is damaged: then it throws a
 *     {@link dev.holdfast.statemachine.storage.StorageException} that says so
 * @param digests told when a peer's digest differs
 * @param seeds where splits leave the children's first states
 */
public record ReplicaOptions(
    WindowLimits window, FaultHandler faults, DigestListener digests, Seeds seeds) {}
