package dev.holdfast.protocol.model;

/**
 * That an item expires.
 *
 * @param second since the epoch, the first at which it has expired
 * @param key its routing key
 */
public record ExpiryEntry(long second, Bytes key) {}
