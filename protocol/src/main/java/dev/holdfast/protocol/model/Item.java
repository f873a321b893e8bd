package dev.holdfast.protocol.model;

/** A map of attributes in its canonical bytes. */
public record Item(Bytes bytes) {}
