package dev.holdfast.protocol.command;

import dev.holdfast.protocol.model.TableId;

/** A table and the descriptor version a command was validated against. */
public record TableRef(TableId id, long version) {}
