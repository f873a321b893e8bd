/**
 * Measures what partitions are asked and how the machine does, for the controller's decisions
 * (design section 9). Measuring costs a counter a request, and more for a few sampled ones.
 *
 * <p>May import: protocol, statemachine.spi.
 */
@NullMarked
package dev.holdfast.node.load;

import org.jspecify.annotations.NullMarked;
