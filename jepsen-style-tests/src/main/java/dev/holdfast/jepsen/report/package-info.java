/**
 * Pictures of a run for people: its operations and faults over time as a page, a cycle of
 * transactions as a drawing. What is drawn is what the history says; nothing is judged here.
 *
 * <p>Both are self-contained: they open from disk, load nothing, and take every text of a history
 * for hostile.
 *
 * <p>Imports {@code jepsen.history}.
 */
@NullMarked
package dev.holdfast.jepsen.report;

import org.jspecify.annotations.NullMarked;
