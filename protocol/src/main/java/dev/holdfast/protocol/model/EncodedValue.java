package dev.holdfast.protocol.model;

/** One attribute value in its canonical bytes. */
public record EncodedValue(Bytes bytes) {}
