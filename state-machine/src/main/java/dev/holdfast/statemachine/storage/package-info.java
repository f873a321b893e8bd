/**
 * The port to an ordered key-value store and the layout of its keys.
 *
 * <p>May import: protocol.model. The replica's shell is the only writer; adapters ({@code memory},
 * {@code rocksdb}) depend on this package, never the other way round (rule D5).
 */
@NullMarked
package dev.holdfast.statemachine.storage;

import org.jspecify.annotations.NullMarked;
