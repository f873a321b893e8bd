package dev.holdfast.node.consensus;

import dev.holdfast.protocol.command.LogEntry;
import dev.holdfast.protocol.model.Bytes;

/** The bytes of a log entry. Throws {@code RuntimeException} on bytes that are not one. */
public interface EntryCodec {
  Bytes encode(LogEntry entry);

  /** The entry may share the bytes' array. */
  LogEntry decode(Bytes bytes);
}
