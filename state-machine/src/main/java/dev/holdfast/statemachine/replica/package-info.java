/**
 * The shell that every replicated state machine shares: data partitions and the meta group.
 *
 * <p>Owns invariant 7 (a request id is applied at most once) and, with the deciders, invariant 1
 * (state is a function of the log). The shell keeps identity, applied index, stamp, digest and the
 * window of request ids; what a command means is a {@link
 * dev.holdfast.statemachine.replica.Decider}'s matter. May import: protocol, spi, storage.
 */
@NullMarked
package dev.holdfast.statemachine.replica;

import org.jspecify.annotations.NullMarked;
