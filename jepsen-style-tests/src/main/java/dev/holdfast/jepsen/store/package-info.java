/**
 * The store under test as its clients see it: cells that hold a number or a list of numbers,
 * through the native client or through the AWS SDK for Java. Every workload is written once,
 * against {@link dev.holdfast.jepsen.store.Store}, and runs through both.
 *
 * <p>Imports {@code client} and the AWS SDK.
 */
@NullMarked
package dev.holdfast.jepsen.store;

import org.jspecify.annotations.NullMarked;
