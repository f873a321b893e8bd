/**
 * Checks the rules of the source tree: layers, determinism, names and sizes. Sees every server
 * module.
 */
@NullMarked
package dev.holdfast.node.architecture;

import org.jspecify.annotations.NullMarked;
