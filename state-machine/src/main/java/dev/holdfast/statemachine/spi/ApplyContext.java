package dev.holdfast.statemachine.spi;

/** The place of an entry in the Raft log. Indices grow but are not consecutive. */
public record ApplyContext(long term, long index) {}
