/** Clients that mean no good, against real node processes; honest clients beside them. */
@NullMarked
package dev.holdfast.jepsen.hostile;

import org.jspecify.annotations.NullMarked;
