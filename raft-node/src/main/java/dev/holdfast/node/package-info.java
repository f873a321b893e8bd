/**
 * The process: {@code main}, a node's options, and the wiring of its parts. Nothing else.
 *
 * <p>May import everything; nothing may import it.
 */
@NullMarked
package dev.holdfast.node;

import org.jspecify.annotations.NullMarked;
