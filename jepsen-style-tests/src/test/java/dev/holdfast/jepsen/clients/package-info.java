/** Runs clients that others wrote against a cluster. */
@NullMarked
package dev.holdfast.jepsen.clients;

import org.jspecify.annotations.NullMarked;
