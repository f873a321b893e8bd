/**
 * Runs: a cluster, a workload, faults, a judgement, and what is written of it all.
 *
 * <p>Imports all other packages of this module.
 */
@NullMarked
package dev.holdfast.jepsen.run;

import org.jspecify.annotations.NullMarked;
