package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.command.Proposal;
import dev.holdfast.protocol.model.Bytes;
import dev.holdfast.protocol.wire.LogEntryProto;
import dev.holdfast.protocol.wire.ProposalProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Log entries: what a Raft entry carries. The format is in {@code command.proto}. */
public final class CommandCodec {
  private CommandCodec() {}

  public static Bytes encode(LogEntry entry) {
    LogEntryProto.Builder proto = LogEntryProto.newBuilder().setStampMicros(entry.stampMicros());
    for (Proposal proposal : entry.proposals()) {
      proto.addProposals(CommandMapping.encode(proposal));
    }
    return Wire.encode(proto.build());
  }

  /**
   * Items in the entry are slices of {@code bytes}, which they keep alive and which must not
   * change.
   *
   * @throws CorruptLogException when these are not the bytes of an entry
   */
  public static LogEntry decode(Bytes bytes) {
    try {
      LogEntryProto proto = Wire.parse(LogEntryProto.parser(), bytes);
      List<Proposal> proposals = new ArrayList<>(proto.getProposalsCount());
      for (ProposalProto proposal : proto.getProposalsList()) {
        proposals.add(CommandMapping.decode(proposal));
      }
      return new LogEntry(proto.getStampMicros(), proposals);
    } catch (IOException | IllegalArgumentException e) {
      throw new CorruptLogException("a log entry does not decode: " + e.getMessage(), e);
    }
  }
}
