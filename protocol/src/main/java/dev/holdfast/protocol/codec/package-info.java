/**
 * Records to bytes and back: the only package that sees generated code (rules D2, H2).
 *
 * <p>{@link dev.holdfast.protocol.codec.CommandCodec} for the log, {@link
 * dev.holdfast.protocol.codec.RpcCodec} for the native protocol, {@link
 * dev.holdfast.protocol.codec.StateCodec} for what state machines store. All are stateless and may
 * be called by any thread. Item bytes are copied once on the way out, into the message, and not at
 * all on the way in: what was decoded holds slices of the array it was decoded from.
 *
 * <p>Junk never passes: items and values are checked to be canonical, nesting is bounded, and
 * whatever is wrong ends in the one exception that the method declares.
 */
@NullMarked
package dev.holdfast.protocol.codec;

import org.jspecify.annotations.NullMarked;
