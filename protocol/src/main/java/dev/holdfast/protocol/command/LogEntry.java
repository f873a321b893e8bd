package dev.holdfast.protocol.command;

import java.util.List;

/**
 * What one Raft entry carries: a batch of proposals, applied in order.
 *
 * @param stampMicros microseconds since the epoch by the leader's clock, never running backwards
 *     within a partition; the only time a command may see
 */
public record LogEntry(long stampMicros, List<Proposal> proposals) {
  public LogEntry {
    proposals = List.copyOf(proposals);
  }
}
