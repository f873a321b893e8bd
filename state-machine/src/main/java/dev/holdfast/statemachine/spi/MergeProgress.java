package dev.holdfast.statemachine.spi;

import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.model.MergeOperation;

/**
 * The latest merge that a partition has heard of, and how far it is with it (replication.md M,
 * decision 0022). Ids of merges grow, so that steps of earlier ones are known to be late.
 *
 * @param digest of the right one just before it was frozen; empty in the last two phases
 * @param after of a left one: the key of the last row taken; empty for none
 * @param takenBytes of a left one: how much it has taken
 * @param stampMicros of a right one: its last stamp before it was frozen, or of that entry
 * @param floorMicros of a right one: of its request-id window, which stands still
 */
public record MergeProgress(
    MergeOperation operation,
    Phase phase,
    Bytes digest,
    Bytes after,
    long takenBytes,
    long stampMicros,
    long floorMicros) {
  /** How far it is. */
  public enum Phase {
    /** A right one: nothing it holds is read or written. */
    FROZEN(1),
    /** A left one: takes rows that nobody sees. */
    GATHERING(2),
    /** A left one: holds both ranges. */
    ABSORBED(3),
    /** Either: by this merge nothing will ever happen. */
    CANCELLED(4);

    private final int code;

    Phase(int code) {
      this.code = code;
    }

    /** On disk. */
    public int code() {
      return code;
    }

    public static Phase of(int code) {
      for (Phase phase : values()) {
        if (phase.code == code) {
          return phase;
        }
      }
      throw new IllegalArgumentException("no phase of a merge: " + code);
    }
  }

  public static MergeProgress frozen(
      MergeOperation operation, Bytes digest, long stampMicros, long floorMicros) {
    return new MergeProgress(
        operation, Phase.FROZEN, digest, Bytes.EMPTY, 0, stampMicros, floorMicros);
  }

  public static MergeProgress gathering(MergeOperation operation, Bytes digest) {
    return new MergeProgress(operation, Phase.GATHERING, digest, Bytes.EMPTY, 0, 0, 0);
  }

  public MergeProgress taken(Bytes last, long bytes) {
    return new MergeProgress(
        operation, phase, digest, last, takenBytes + bytes, stampMicros, floorMicros);
  }

  /** Once it has ended, one way or the other. */
  public static MergeProgress ended(MergeOperation operation, Phase phase) {
    return new MergeProgress(operation, phase, Bytes.EMPTY, Bytes.EMPTY, 0, 0, 0);
  }

  public boolean isUnderWay() {
    return phase == Phase.FROZEN || phase == Phase.GATHERING;
  }
}
