package dev.holdfast.client.routing;

/**
 * One attempt of an operation.
 *
 * @param index zero for the first
 * @param deadlineNanos on the world's clock; whatever the attempt does one after another has to end
 *     by then
 * @param unanswered whether an earlier attempt may still be applied
 * @param last whether no time is left for another one that waits as long
 */
record Turn(int index, long deadlineNanos, boolean unanswered, boolean last) {
  /** At least 1. */
  long leftMillis(RouterWorld world) {
    return Math.max(1, (deadlineNanos - world.nanoTime()) / 1_000_000);
  }
}
