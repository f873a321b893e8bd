package dev.holdfast.client.routing;

/**
 * One attempt of an operation.
 *
 * @param index zero for the first
 * @param timeoutMillis how long it may take
 * @param unanswered whether an earlier attempt may still be applied
 * @param last whether no time is left for another one that waits as long
 */
record Turn(int index, long timeoutMillis, boolean unanswered, boolean last) {}
