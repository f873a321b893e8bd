/**
 * The Netty side of the transport. Not for use outside this module (rule D6); it alone sees Netty
 * (rule D2).
 */
@NullMarked
package dev.holdfast.client.internal;

import org.jspecify.annotations.NullMarked;
