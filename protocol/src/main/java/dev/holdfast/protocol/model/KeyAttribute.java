package dev.holdfast.protocol.model;

/** A key attribute: its name and the type every item's value must have. */
public record KeyAttribute(String name, ScalarType type) {}
