/** Runs workloads against fakes, with known faults; and workloads for clients that others wrote. */
@NullMarked
package dev.holdfast.jepsen.workload;

import org.jspecify.annotations.NullMarked;
