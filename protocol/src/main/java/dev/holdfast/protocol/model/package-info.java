/**
 * The nouns of the store: items and their bytes, keys, tables, partitions, nodes.
 *
 * <p>Imports the JDK only. Deterministic: no clock, no randomness, no threads, no default charset
 * or locale (rule D3). Every value is immutable and valid by construction.
 */
@NullMarked
package dev.holdfast.protocol.model;

import org.jspecify.annotations.NullMarked;
