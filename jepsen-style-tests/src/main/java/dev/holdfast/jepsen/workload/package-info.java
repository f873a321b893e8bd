/**
 * What clients do during a run, written once for all APIs, and how the outcome of each operation is
 * classed: certainly without effect is {@code FAILED}, in doubt is {@code UNKNOWN} (design section
 * 12).
 *
 * <p>Imports {@code jepsen.store} and {@code jepsen.history}.
 */
@NullMarked
package dev.holdfast.jepsen.workload;

import org.jspecify.annotations.NullMarked;
