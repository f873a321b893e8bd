/**
 * Parsed condition, update, projection and key-condition trees.
 *
 * <p>Trees are what is replicated: parsing happens once, at the edge, so a parser fix cannot make
 * replicas disagree. Names and values are already substituted. Deterministic (rule D3).
 */
@NullMarked
package dev.holdfast.protocol.expression;

import org.jspecify.annotations.NullMarked;
