/**
 * What is replicated and what applying it returns; what is read and what reading it returns.
 *
 * <p>Sealed interfaces of records with exhaustive dispatch (rule H1). Deterministic (rule D3).
 */
@NullMarked
package dev.holdfast.protocol.command;

import org.jspecify.annotations.NullMarked;
