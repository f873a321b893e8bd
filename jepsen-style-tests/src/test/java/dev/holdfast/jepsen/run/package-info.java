/** The runs: workloads, faults and judgement on one cluster of real processes. */
@NullMarked
package dev.holdfast.jepsen.run;

import org.jspecify.annotations.NullMarked;
