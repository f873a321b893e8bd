/**
 * A disk under a node that can forget what was not synced, fail to sync, take long over it, or lie
 * about it: a small library between the node's process and its files ({@code shim.c}, decision
 * 0031), and what takes back, after the process was killed, what the library has seen unsynced.
 *
 * <p>Knows files and processes only. Needs Linux and a C compiler.
 */
@NullMarked
package dev.holdfast.jepsen.disk;

import org.jspecify.annotations.NullMarked;
