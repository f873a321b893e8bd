package dev.holdfast.protocol.command;

import dev.holdfast.protocol.model.TableDescriptor;
import dev.holdfast.protocol.model.TableId;

/** A table and the descriptor version a command was validated against. */
public record TableRef(TableId id, long version) {
  public static TableRef of(TableDescriptor table) {
    return new TableRef(table.id(), table.version());
  }
}
