/**
 * What commands and reads of items mean: decide, effects, pages.
 *
 * <p>Owns: an item is visible exactly when its condition held at its log index; a local index shows
 * exactly the items that have its sort key. May import: protocol, spi, storage, evaluation, and
 * replica for its ports. Deterministic: see rule D3.
 */
@NullMarked
package dev.holdfast.statemachine.table;

import org.jspecify.annotations.NullMarked;
