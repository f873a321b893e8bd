/**
 * Runs real node processes, and does to them what the world does: kill, pause, stop, start again.
 * Knows a node by its command line, its ports and its pages only.
 */
@NullMarked
package dev.holdfast.jepsen.cluster;

import org.jspecify.annotations.NullMarked;
