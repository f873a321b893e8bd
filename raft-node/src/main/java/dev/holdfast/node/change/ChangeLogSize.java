package dev.holdfast.node.change;

/**
 * How much change logs hold, about: records are counted by their numbers, of which some are not
 * taken by records, and their bytes are those of the oldest ones.
 */
public record ChangeLogSize(long recordCount, long bytes) {
  public static final ChangeLogSize NONE = new ChangeLogSize(0, 0);

  static ChangeLogSize of(long recordCount, long bytesEach) {
    return new ChangeLogSize(recordCount, recordCount * bytesEach);
  }

  ChangeLogSize plus(ChangeLogSize other) {
    return new ChangeLogSize(recordCount + other.recordCount, bytes + other.bytes);
  }
}
