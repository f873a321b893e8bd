package dev.holdfast.protocol.rpc;

/**
 * Where a replica's state stood when it answered.
 *
 * @param term the leader's term for strong answers, else the replica's own
 * @param appliedIndex the answer reflects every entry up to this one
 * @param stampMicros the stamp of that entry
 */
public record Position(long term, long appliedIndex, long stampMicros) {
  public static final Position NONE = new Position(0, 0, 0);
}
