package dev.holdfast.statemachine.replica;

import dev.holdfast.protocol.model.ClusterMap;

/**
 * What a command may know besides the state.
 *
 * @param partition identity, range and epoch as of this entry
 * @param term of the entry
 * @param index of the entry
 * @param stampMicros the entry's time, never running backwards; the only clock
 * @param ordinal zero-based position of the command in its entry
 */
public record CommandContext(
    ClusterMap.Partition partition, long term, long index, long stampMicros, int ordinal) {}
