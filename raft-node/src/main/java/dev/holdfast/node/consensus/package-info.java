/**
 * Replicates partitions with Apache Ratis; the only package that imports it.
 *
 * <p>Owns invariants 2 and 4: what is acknowledged is on a majority's disks, and a strong read
 * never misses it. Rules L1-L7 are {@link dev.holdfast.node.consensus.Lease}, {@code Leadership}
 * and {@code StrongReads}; X1 is {@code RatisProperties}, X2 is {@code SuccessFence}.
 */
@NullMarked
package dev.holdfast.node.consensus;

import org.jspecify.annotations.NullMarked;
